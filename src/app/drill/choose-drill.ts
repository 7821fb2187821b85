import { chooseRestore, type RestoreChoice, type RestoreSource } from '../../backups/restore/choose.ts';
import { targetText } from '../../backups/restore/target.ts';
import type { PostgresBackupRecord } from '../../core/backup.ts';
import type { Drilled, DrillRequest } from '../../core/drill.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { RestorePlace } from '../restore/place.ts';
import { readSources } from '../restore/read-sources.ts';
import { bring, type RestoreListener } from '../restore/restore.ts';
import { drillTarget } from './drill-target.ts';

/** What is drilled, and how it is brought into a directory: there, not possible here, or broken where it is stored. */
export type Chosen = {
  /** As reports call it. */
  store: string;
  choice: RestoreChoice;
  bring(
    into: string,
    listener: RestoreListener,
    signal: AbortSignal,
  ): Promise<{ place: RestorePlace } | { refused: string } | { broken: string }>;
};

/** Of a store of ours. */
export async function chooseOwn(
  request: DrillRequest,
  spec: TargetSpec,
): Promise<Chosen | { done: Drilled } | { refused: string }> {
  const { store, target } = request;
  if (store === undefined) return { refused: `nightshift.yaml names no store for the backups of ${target}.` };
  const sources = await readSources(store, target);
  const none = `the ${store.name} store has no backup of ${target}: take one with backup ${target}.`;
  const chosen = chooseFrom({ sources, store: store.name, none }, request, spec);
  if (!('choice' in chosen)) return chosen;
  const { choice } = chosen;
  return {
    store: store.name,
    choice,
    bring: (into, listener) => bring({ store, sources, choice, into }, listener),
  };
}

/** `none`: what is said where there is no backup at all. */
export type From = { sources: readonly RestoreSource[]; store: string; none: string };

/** Pure, but for a second that is drawn: nothing that leads to the target is what a drill is there to find; that there is nothing at all is no drill. */
export function chooseFrom(
  { sources, store, none }: From,
  { to }: Pick<DrillRequest, 'to'>,
  spec: Pick<TargetSpec, 'backup'>,
): { choice: RestoreChoice } | { done: Drilled } | { refused: string } {
  const newest = newestOf(sources);
  if (newest === undefined) return { refused: none };
  const isRandom = to === 'random';
  const disproved = hasWhole(sources) ? ('L5' as const) : ('L3' as const);
  const about = { store, record: newest, to: isRandom ? 'a random second' : to, isRandom, disproved };
  const since = { days: spec.backup?.anySecondDays ?? 7, nowMs: Date.now() };
  const wanted = drillTarget(to, sources, since);
  if ('refused' in wanted) return isRandom ? { done: drillWithout(about, wanted.refused) } : wanted;
  const chosen = chooseRestore(sources, wanted);
  if ('choice' in chosen) return chosen;
  // A moment that somebody typed may be one that nobody promised.
  const isPromised = isRandom || to === 'latest' || to === 'end';
  return isPromised ? { done: drillWithout({ ...about, to: targetText(wanted) }, chosen.refused) } : chosen;
}

/** Where there is one, what is missing is the way from it to the target. */
function hasWhole(sources: readonly RestoreSource[]): boolean {
  return sources.some(({ place }) =>
    place.backups.some(({ chain, problems }) => chain !== null && problems.length === 0),
  );
}

function newestOf(sources: readonly RestoreSource[]): PostgresBackupRecord | undefined {
  const records = sources.flatMap(({ place }) =>
    place.backups.flatMap(({ record }) => (record.engine === 'postgres' ? [record] : [])),
  );
  return records.toSorted((one, other) => (one.endedAt < other.endedAt ? -1 : 1)).at(-1);
}

type About = Pick<Drilled, 'store' | 'record' | 'to' | 'isRandom' | 'disproved'>;

/** Pure: a drill that has come nowhere yet, and why. */
export function drillWithout(about: About, problem: string): Drilled {
  return {
    ...about,
    chain: [about.record.label],
    walSegments: 0,
    plainBytes: 0,
    stage: 'choose',
    problems: [problem],
    reachedLsn: null,
    reachedTime: null,
    restoreSeconds: null,
    usableSeconds: null,
    newestRowAgeSeconds: null,
    looks: [],
    memory: null,
    leftover: null,
  };
}
