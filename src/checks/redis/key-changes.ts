import { sizeOfRatio, type Changed } from '../../core/changed.ts';
import { percentText } from '../wording.ts';

export type MemberKeys = { role: string; keys: number; flushes: number | null; runId: string | null };
export type KeyLimits = { leastLostRatio: number; leastKeys: number };

/** Pure: a cache that lost its keys, or holds many times as many. */
export function keyChanges(
  good: readonly MemberKeys[],
  now: readonly MemberKeys[],
  { leastLostRatio, leastKeys }: KeyLimits,
): Changed[] {
  const [was, is] = [primariesOf(good), primariesOf(now)];
  // With a shard more or fewer in sight the sums say nothing.
  if (was.length === 0 || was.length !== is.length) return [];
  const [before, after] = [sumOf(was), sumOf(is)];
  const count = `${before.toLocaleString('en-US')} → ${after.toLocaleString('en-US')}`;
  if (before >= leastKeys && before - after >= leastLostRatio * before) {
    const lost = (before - after) / before;
    const sentence = `lost ${percentText(lost)} of its keys, ${count}${flushText(good, is)}`;
    return [{ id: 'keys-lost', kind: 'keys', sentence, size: lost }];
  }
  if (after < leastKeys || after < 2 * Math.max(1, before)) return [];
  return [
    {
      id: 'keys-more',
      kind: 'keys',
      sentence: `holds more keys, ${count}`,
      size: 0.3 * sizeOfRatio(after / Math.max(1, before)),
    },
  ];
}

function primariesOf(members: readonly MemberKeys[]): readonly MemberKeys[] {
  return members.filter(({ role }) => role === 'primary');
}

function sumOf(members: readonly MemberKeys[]): number {
  return members.reduce((sum, { keys }) => sum + keys, 0);
}

/** The server counts the calls of every command since its start. https://redis.io/docs/latest/commands/info/ */
function flushText(was: readonly MemberKeys[], is: readonly MemberKeys[]): string {
  const flushed = is.some(({ runId, flushes }) => {
    const then = was.find((one) => one.runId !== null && one.runId === runId);
    // Of a server that is new since then every flush is; of one that did not tell then nobody knows.
    const before = then ? then.flushes : 0;
    return flushes !== null && before !== null && flushes > before;
  });
  return flushed ? ' (FLUSHALL or FLUSHDB was called)' : '';
}
