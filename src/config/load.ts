import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { backupProblems } from './backup-problems.ts';
import { didYouMean } from './did-you-mean.ts';
import { located, readDocument } from './document.ts';
import type { Misfit, Problem } from './problems.ts';
import { referenceProblems, type KnownOperation } from './references.ts';
import { address, resolve, type Address } from './resolve.ts';
import { salvage } from './salvage.ts';
import { schemaProblems } from './schema-problems.ts';
import { NightshiftFile } from './schema.ts';
import { thresholdProblems, type KnownCheck } from './thresholds.ts';
import { topologyProblems } from './topology.ts';
import { quietProblems } from './window-problems.ts';

/** What the config may refer to: the checks and the operations that exist. */
export type Knowledge = { checks: readonly KnownCheck[]; operations: readonly KnownOperation[] };

/** Member name to `host:port`: laid over the addresses of the file. */
export type Addresses = Readonly<Record<string, string>>;

export type Parsed = { config: Config } | { problems: Problem[] };

/** Reads and verifies the config file; a file that cannot be read is a problem too. */
export function loadConfig(
  path: string,
  knowledge: Knowledge,
  addresses: Addresses = {},
  backupsDirectory?: string,
): Parsed {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { problems: [{ path: '', message: `${path} cannot be read` }] };
  }
  return parseConfig(text, knowledge, addresses, backupsDirectory);
}

/**
 * Verifies the text of a nightshift.yaml: the config, or every problem at once in the order of the file. `backupsDirectory` is the only
 * store then, whatever the file says.
 */
export function parseConfig(
  text: string,
  knowledge: Knowledge,
  addresses: Addresses = {},
  backupsDirectory?: string,
): Parsed {
  const document = readDocument(text);
  if ('problems' in document) return document;
  const parsed = NightshiftFile.safeParse(document.value);
  const salvaged = salvage(document.value);
  const misfits = [
    ...(parsed.success ? [] : schemaProblems(NightshiftFile, document.value, parsed.error.issues)),
    ...referenceProblems(salvaged, knowledge.operations),
    ...topologyProblems(salvaged),
    ...thresholdProblems(salvaged.file, knowledge.checks),
    ...quietProblems(salvaged, knowledge.checks),
    ...backupProblems(salvaged),
  ];
  const overlay = readAddresses(addresses, salvaged.file);
  const problems = [...inOrder(located(misfits, document)), ...overlay.problems];
  if (!parsed.success || problems.length > 0) return { problems };
  const backups = backupsDirectory === undefined ? {} : { backups: { primary: { directory: backupsDirectory } } };
  return {
    config: resolve({ ...parsed.data, ...backups }, createHash('sha256').update(text).digest('hex'), overlay.addresses),
  };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function readAddresses(
  addresses: Addresses,
  file: NightshiftFile,
): { addresses: Record<string, Address>; problems: Problem[] } {
  const members = Object.values(file.targets).flatMap((target) => Object.keys(target.members));
  const read: Record<string, Address> = {};
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(addresses)) {
    const path = `NIGHTSHIFT_ADDRESSES.${name}`;
    const found = address(text);
    if (!members.includes(name)) problems.push({ path, ...unknownMember(name, members) });
    else if (!found) problems.push({ path, message: 'an address is written host:port' });
    else read[name] = found;
  }
  return { addresses: read, problems };
}

function unknownMember(
  name: string,
  members: readonly string[],
): Omit<Misfit, 'at' | 'suggestion'> & { suggestion?: string } {
  const suggestion = didYouMean(name, members);
  return { message: 'no target has a member of this name', ...(suggestion === undefined ? {} : { suggestion }) };
}
