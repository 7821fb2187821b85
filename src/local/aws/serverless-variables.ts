import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type ScalarTag } from 'yaml';
import { Fault } from '../../core/errors.ts';

/** CloudFormation's short intrinsics; only what they wrap is kept, since nothing local needs their value. */
const intrinsics = ['Ref', 'GetAtt', 'Sub', 'Join', 'Select', 'Split', 'ImportValue', 'FindInMap', 'If', 'Base64'];

const tags: ScalarTag[] = intrinsics.map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name]: text }),
}));
const collectionTags = intrinsics.flatMap((name) => [
  { tag: `!${name}`, collection: 'seq' as const, resolve: (): null => null },
  { tag: `!${name}`, collection: 'map' as const, resolve: (): null => null },
]);

/** YAML as the Serverless Framework writes it; variables are left as they are. */
export function parseServerlessYaml(text: string): unknown {
  return parse(text, { customTags: [...tags, ...collectionTags], logLevel: 'error' });
}

type Place = { root: string; stage: string };

/**
 * Puts values in the place of `${…}` inside a part of the document: `self:`, `sls:stage`, `opt:`, `file(…)` and defaults after a comma.
 * Throws an `invalid_request` fault for a variable that it does not know.
 */
export function resolveVariables(value: unknown, document: unknown, place: Place): unknown {
  return walk(value, document, place);
}

function walk(value: unknown, document: unknown, place: Place): unknown {
  if (typeof value === 'string') return resolveText(value, document, place);
  if (Array.isArray(value)) return value.map((item) => walk(item, document, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, document, place)]));
}

function resolveText(text: string, document: unknown, place: Place): unknown {
  const whole = /^\$\{([^{}]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return walk(variable(whole, document, place), document, place);
  // `${AWS::Partition}` is CloudFormation's own and stays.
  return text.replace(/\$\{([^{}]+)\}/g, (all: string, inside: string) =>
    inside.startsWith('AWS::') ? all : String(walk(variable(inside, document, place), document, place)),
  );
}

function variable(expression: string, document: unknown, place: Place): unknown {
  const [source = '', ...rest] = expression.split(',').map((part) => part.trim());
  if (rest.length > 0 && isMissingFile(source, place)) return variable(rest.join(','), document, place);
  const found = fromSource(source, document, place);
  if (found !== undefined) return found;
  if (rest.length > 0) return variable(rest.join(','), document, place);
  throw new Fault('invalid_request', `serverless.yml: \${${expression}} has no value here`);
}

/** `${file(one), file(other)}`: the other where the one is not there. */
function isMissingFile(source: string, place: Place): boolean {
  const path = /^file\(([^)]+)\)/.exec(source)?.[1];
  return path !== undefined && !existsSync(join(place.root, String(resolveText(path, undefined, place))));
}

function fromSource(source: string, document: unknown, place: Place): unknown {
  const literal = /^'(.*)'$|^"(.*)"$/.exec(source);
  if (literal) return literal[1] ?? literal[2];
  if (source === 'sls:stage' || source === 'opt:stage' || source === 'self:provider.stage') return place.stage;
  if (source.startsWith('self:')) return at(document, source.slice('self:'.length));
  const file = /^file\(([^)]+)\)(?::(.+))?$/.exec(source);
  if (!file) return undefined;
  const path = join(place.root, file[1] ?? '');
  if (!existsSync(path)) {
    throw new Fault(
      'invalid_request',
      `serverless.yml includes ${file[1]}, which is missing; npm run generate writes it`,
    );
  }
  const content = parseServerlessYaml(readFileSync(path, 'utf8'));
  return file[2] === undefined ? content : at(content, file[2]);
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}
