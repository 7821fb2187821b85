import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { faultText } from './chunks.ts';

/** A file that is to be read; `-` is standard input. */
export type FoundFile = {
  path: string;
  sizeBytes: number;
  changedMs: number;
  /** What a link leads to. */ realPath?: string;
};
/** A file that is not read, and why; `fault` when somebody should know, since a log may be missing from the report. */
export type LeftOut = { path: string; why: string; kind: 'fault' | 'choice' };
export type Found = { files: FoundFile[]; leftOut: LeftOut[] };

/** In a directory only files with such names are looked at; a file that is named is read whatever its name is. */
const LOG_NAME = /log|\.csv|\.json|\d{4}-\d\d-\d\d/i;
const NO_LOG = /\.(?:conf|ya?ml|html?|sql|sh|pdf|tar|pid|ready|done)$/i;

/** The files that words of a command line name, a directory's in the order of their names. */
export async function findLogFiles(words: readonly string[]): Promise<Found> {
  const found = await Promise.all(words.map(named));
  const files = found.flatMap((one) => one.files);
  const { once, links } = withoutLinks([...new Map(files.map((file) => [file.path, file])).values()]);
  const { kept, twins } = withoutTwins(once);
  const read = kept.map(({ realPath: _realPath, ...file }) => file);
  return { files: read, leftOut: [...found.flatMap((one) => one.leftOut), ...links, ...twins] };
}

async function named(path: string): Promise<Found> {
  if (path === '-') return { files: [{ path, sizeBytes: 0, changedMs: 0 }], leftOut: [] };
  try {
    const seen = await stat(path);
    if (seen.isDirectory()) return await directory(path);
    const file = { path, sizeBytes: seen.size, changedMs: seen.mtimeMs, realPath: await realpath(path) };
    return { files: [file], leftOut: [] };
  } catch (thrown) {
    return { files: [], leftOut: [{ path, why: faultText(thrown), kind: 'fault' }] };
  }
}

async function directory(path: string): Promise<Found> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && LOG_NAME.test(entry.name) && !NO_LOG.test(entry.name))
    .map(({ name }) => name);
  if (names.length === 0)
    return { files: [], leftOut: [{ path, why: 'no log lies in this directory', kind: 'fault' }] };
  const found = await Promise.all(names.toSorted().map((name) => named(join(path, name))));
  return { files: found.flatMap(({ files }) => files), leftOut: found.flatMap(({ leftOut }) => leftOut) };
}

/** `latest.log` leads to a file that is read under its own name, or under the first of its names. */
function withoutLinks(files: readonly FoundFile[]): { once: FoundFile[]; links: LeftOut[] } {
  const chosen = new Map<string, FoundFile>();
  for (const file of files) {
    const real = file.realPath ?? file.path;
    const isOwn = basename(real) === basename(file.path);
    if (!chosen.has(real) || (isOwn && basename(chosen.get(real)?.path ?? '') !== basename(real)))
      chosen.set(real, file);
  }
  const once = files.filter((file) => chosen.get(file.realPath ?? file.path) === file);
  const links = files
    .filter((file) => !once.includes(file))
    .map(({ path, realPath = '' }) => ({
      path,
      why: `it is another name of ${basename(chosen.get(realPath)?.path ?? '')}`,
      kind: 'choice' as const,
    }));
  return { once, links };
}

/** The one that tells most stands first. */
const ENDINGS = ['.csv', '.json', '.log'];
const ENDING = /\.(?:csv|json|log)(?=(?:\.(?:gz|zst))?$)/;

/** A server that writes several formats writes every entry into each: only one of them may count. */
function withoutTwins(files: readonly FoundFile[]): { kept: FoundFile[]; twins: LeftOut[] } {
  const ended = files.filter(({ path }) => ENDING.test(path));
  const groups = Map.groupBy(ended, ({ path }) => join(dirname(path), basename(path).replace(ENDING, '')));
  const twins = [...groups.values()].flatMap((alike) => {
    const [best, ...others] = alike.toSorted((a, b) => rank(a) - rank(b));
    return others
      .filter((one) => endingOf(one) !== endingOf(best))
      .map(({ path }) => ({
        path,
        why: `it holds the same entries as ${basename(best?.path ?? '')}`,
        kind: 'choice' as const,
      }));
  });
  const left = new Set(twins.map(({ path }) => path));
  return { kept: files.filter(({ path }) => !left.has(path)), twins };
}

function endingOf(file: FoundFile | undefined): string {
  return ENDING.exec(file?.path ?? '')?.[0] ?? '';
}

function rank(file: FoundFile): number {
  return ENDINGS.indexOf(endingOf(file));
}
