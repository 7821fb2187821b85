import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundle.ts';

/** The npm packages of which something is in a bundle. */
export function packagesIn(bundle: Bundle): string[] {
  const names = inputsOf(bundle).map(packageOf);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

/** Our own files in a bundle, from the project's root. */
export function sourcesIn(bundle: Bundle): string[] {
  return inputsOf(bundle)
    .filter((path) => packageOf(path) === undefined && !path.startsWith('slim-bolt:'))
    .toSorted();
}

/** A command that a client of AWS is given: `{ client: 'dynamodb', command: 'PutItem' }`. */
export type Call = { client: string; command: string };

/** What lib-dynamodb calls by shorter names: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/package/-aws-sdk-lib-dynamodb/ */
const DOCUMENT_COMMANDS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  BatchGet: 'BatchGetItem',
  BatchWrite: 'BatchWriteItem',
  TransactGet: 'TransactGetItems',
  TransactWrite: 'TransactWriteItems',
};

/**
 * The calls to AWS that a bundle can make: every command that a file in it, ours or a package's, takes from a client. The
 * SDK's own files are left out, because a client carries commands that nobody gives it.
 */
export function callsIn(root: string, bundle: Bundle): Call[] {
  const calls = inputsOf(bundle)
    .filter((path) => !/node_modules\/@(?:aws-sdk|smithy)\//.test(path) && /\.(?:m?js|cjs|ts)$/.test(path))
    .flatMap((path) => callsOf(readFileSync(join(root, path), 'utf8')));
  const unique = new Map(calls.map((call) => [`${call.client}:${call.command}`, call]));
  return [...unique.values()].toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

function keyOf({ client, command }: Call): string {
  return `${client}:${command}`;
}

/** Pure: the commands that a file imports from clients, or takes from what it required. */
export function callsOf(text: string): Call[] {
  return [...imported(text), ...required(text), ...importedLate(text)];
}

function imported(text: string): Call[] {
  const imports = /\bimport\s*(?:type\s*)?\{([^}]*)\}\s*from\s*['"]@aws-sdk\/(client|lib)-([\w-]+)['"]/g;
  return [...text.matchAll(imports)].flatMap(([statement, names = '', kind, client = '']) => {
    if (/^import\s+type\b/.test(statement)) return [];
    return [...names.matchAll(/(?<!\btype\s+)\b([A-Z]\w*)Command\b/g)].map(([, command = '']) => ({
      client,
      command: kind === 'lib' ? (DOCUMENT_COMMANDS[command] ?? command) : command,
    }));
  });
}

/** A client that is imported when it is needed: every command that the file makes is that client's. */
function importedLate(text: string): Call[] {
  const late = [...text.matchAll(/\bimport\(\s*['"]@aws-sdk\/client-([\w-]+)['"]\s*\)/g)];
  const commands = [...text.matchAll(/\bnew\s+\w+\.([A-Z]\w*)Command\(/g)].map(([, command = '']) => command);
  return late.flatMap(([, client = '']) => commands.map((command) => ({ client, command })));
}

function required(text: string): Call[] {
  const requires = /\b(\w+)\s*=\s*require\(['"]@aws-sdk\/client-([\w-]+)['"]\)/g;
  return [...text.matchAll(requires)].flatMap(([, variable = '', client = '']) =>
    [...text.matchAll(new RegExp(`\\b${variable}\\.([A-Z]\\w*)Command\\b`, 'g'))].map(([, command = '']) => ({
      client,
      command,
    })),
  );
}

/** The files of which at least one byte is in the bundle. */
function inputsOf({ metafile }: Bundle): string[] {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  return [...new Set(used)];
}

function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
