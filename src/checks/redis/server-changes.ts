import type { Changed } from '../../core/changed.ts';
import { listText } from '../wording.ts';

/** One server; `startedSeconds` is since 1970. */
export type ServerSeen = {
  name: string;
  role: string;
  product: string;
  version: string;
  runId: string | null;
  startedSeconds: number | null;
};

/** Pure: who takes writes now, who was started anew, and who runs another version. */
export function serverChanges(good: readonly ServerSeen[], now: readonly ServerSeen[]): Changed[] {
  const pairs = now.flatMap((is) => {
    const was = good.find(({ name }) => name === is.name);
    return was ? [{ was, is }] : [];
  });
  return [...failover(pairs), ...restarts(pairs), ...upgrades(pairs)];
}

type Pair = { was: ServerSeen; is: ServerSeen };

function failover(pairs: readonly Pair[]): Changed[] {
  const risen = pairs.filter(({ was, is }) => was.role !== 'primary' && is.role === 'primary');
  const fallen = pairs.filter(({ was, is }) => was.role === 'primary' && is.role !== 'primary');
  if (risen.length === 0) return [];
  const names = (of: readonly Pair[]) => of.map(({ is }) => is.name);
  const instead = fallen.length === 0 ? '' : ` instead of ${listText(names(fallen))}`;
  const sentence = `failover: ${listText(names(risen))} ${risen.length === 1 ? 'takes' : 'take'} writes${instead}`;
  return [{ id: 'failover', kind: 'failover', sentence, size: 1, objects: names([...risen, ...fallen]).slice(0, 10) }];
}

function restarts(pairs: readonly Pair[]): Changed[] {
  const again = pairs.filter(({ was, is }) => was.runId !== null && is.runId !== null && was.runId !== is.runId);
  const [first] = again;
  if (!first) return [];
  const starts = again.flatMap(({ is }) => is.startedSeconds ?? []);
  const primary = again.some(({ is, was }) => is.role === 'primary' || was.role === 'primary');
  const names = again.map(({ is }) => is.name);
  return [
    {
      id: `restart:${names.toSorted().join(',')}`.slice(0, 200),
      kind: 'restart',
      sentence: `${listText(names)} ${again.length === 1 ? 'was' : 'were'} restarted`,
      size: primary ? 1 : 0.5,
      objects: names.slice(0, 10),
      ...(starts.length === 0 ? {} : { at: new Date(1000 * Math.min(...starts)).toISOString() }),
    },
  ];
}

function upgrades(pairs: readonly Pair[]): Changed[] {
  const other = pairs.filter(({ was, is }) => was.product !== is.product || was.version !== is.version);
  const [first] = other;
  if (!first) return [];
  const { was, is } = first;
  const names = other.map(({ is: { name } }) => name);
  const sentence = `${listText(names)} ${names.length === 1 ? 'runs' : 'run'} ${is.product} ${is.version} instead of ${was.product} ${was.version}`;
  return [{ id: 'version', kind: 'restart', sentence, size: 0.8, objects: names.slice(0, 10) }];
}
