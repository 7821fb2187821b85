import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { cwd, env, kill, pid } from 'node:process';
import { resolve } from 'node:path';

// The bot, in a process that ends itself at one of its touches of a directory, and that may live in another time.
type Orders = { nth?: number; moment?: 'before' | 'after'; below?: string; aheadDays?: number };
const { nth, moment, below = cwd(), aheadDays = 0 } = JSON.parse(env['NIGHTSHIFT_TEST_ORDERS'] ?? '{}') as Orders;

if (nth !== undefined) dieAt(nth);
if (aheadDays > 0) globalThis.Date = datesAhead(aheadDays * 86_400_000);
await import('../../../src/cli/main.ts');

/** Each file that is begun, named or taken away counts. */
function dieAt(place: number): void {
  let touches = 0;
  const touch = async <R>(path: string, work: () => Promise<R>): Promise<R> => {
    if (!resolve(path).startsWith(`${below}/`)) return work();
    touches += 1;
    if (touches !== place) return work();
    if (moment === 'after') await work();
    kill(pid, 'SIGKILL');
    return new Promise<never>(() => {});
  };
  const { open, link, unlink, rm } = fs;
  const isNew = (flags: unknown) => flags === 'wx';
  const dying: Partial<typeof fs> = {
    open: (path, flags, mode) =>
      isNew(flags) ? touch(String(path), () => open(path, flags, mode)) : open(path, flags, mode),
    link: (from, to) => touch(String(to), () => link(from, to)),
    unlink: (path) => touch(String(path), () => unlink(path)),
    rm: (path, options) => touch(String(path), () => rm(path, options)),
  };
  Object.assign(fs, dying);
  syncBuiltinESMExports();
}

function datesAhead(byMs: number): DateConstructor {
  const Real = globalThis.Date;
  return new Proxy(Real, {
    construct: (target, words: [], made) =>
      Reflect.construct(target, words.length === 0 ? [Real.now() + byMs] : words, made) as object,
    get: (target, name) => (name === 'now' ? () => Real.now() + byMs : (Reflect.get(target, name) as unknown)),
  });
}
