import { compilePrefix } from './prefix.ts';

/** Prefixes that servers, hosters and manuals use, the one that says more before the one that says less. */
const USED = [
  '%t:%r:%u@%d:[%p]:',
  '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  '%m [%p] %q%u@%d ',
  '%m [%p] %q[user=%u,db=%d,app=%a] ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d ',
  '%t [%p]: user=%u,db=%d ',
  '%t [%p] %q%u@%d ',
  '%m [%p] %u@%d ',
  '%t [%p] %u@%d ',
  '%m [%p]: ',
  '%t [%p]: ',
  '%m [%p] ',
  '%t [%p] ',
  '%m %p ',
  '%n [%p] ',
  '%m ',
  '%t ',
] as const;

/** A prefix that `matched` of the lines begin with. */
export type Suggestion = { prefix: string; matched: number };

/** The prefix in use that begins most of these lines; undefined when none begins any, so the log may not be PostgreSQL's. */
export function suggestPrefix(lines: readonly Uint8Array[]): Suggestion | undefined {
  const tried = USED.map((prefix) => ({ prefix, matched: matchedBy(prefix, lines) }));
  return tried.reduce<Suggestion | undefined>(
    (best, one) => (one.matched > (best?.matched ?? 0) ? one : best),
    undefined,
  );
}

function matchedBy(text: string, lines: readonly Uint8Array[]): number {
  const prefix = compilePrefix(text);
  return lines.filter((line) => prefix.match(line, 0, line.length) >= 0 && prefix.severity !== 'foreign').length;
}
