import { join } from 'node:path';
import { chooseRestore, type RestoreChoice, type RestoreSource } from '../../backups/restore/choose.ts';
import { targetText } from '../../backups/restore/target.ts';
import type { PostgresBackupRecord } from '../../core/backup.ts';
import type { Drill, Drilled, DrillRequest } from '../../core/drill.ts';
import { asFault } from '../../core/errors.ts';
import { verifyCopy } from '../../providers/drills.ts';
import { postgresBinariesOf } from '../../runtime/postgres-versions.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { noRoom } from '../restore/place.ts';
import { readSources } from '../restore/read-sources.ts';
import { bring } from '../restore/restore.ts';
import { drillTarget, momentOf, timeReached, wrongEnd } from './drill-target.ts';
import { reapDrills, removeDrillPlace, takeDrillPlace } from './leftovers.ts';
import { startApart, type Apart } from './start-apart.ts';
import { whyTooLong } from './too-long.ts';

export type DrillTools = {
  specOf(target: string): TargetSpec | undefined;
  /** How long the room may work. */
  seconds: number;
};

/** How long the copy is looked at: enough for hundreds of relations, and less than a room has. */
const LOOK_MS = 150_000;
const WORDS = 'the folder of the drill could not be removed';

/** Drills the backups of a target in a temporary folder of this machine (TMPDIR). */
export function createDrill(tools: DrillTools): Drill {
  return async (request) => {
    const spec = tools.specOf(request.target);
    if (spec === undefined) return { refused: `nightshift.yaml has no target ${request.target}.` };
    const chosen = await choose(request, spec);
    if ('refused' in chosen || 'done' in chosen) return chosen;
    const refused = whyNotHere(chosen.choice, tools.seconds);
    if (refused !== undefined) return { refused };
    await reapDrills();
    const directory = takeDrillPlace();
    const begunMs = Date.now();
    let leftover: string | null = null;
    let drilled: Awaited<ReturnType<typeof attempt>>;
    try {
      drilled = await attempt({ ...chosen, request, spec, directory, begunMs });
    } finally {
      leftover = await removeDrillPlace(directory).then(
        () => null,
        (thrown: unknown) => `${WORDS}: ${asFault(thrown).message}`,
      );
    }
    return 'refused' in drilled ? drilled : { done: { ...drilled, leftover } };
  };
}

type Chosen = { sources: readonly RestoreSource[]; choice: RestoreChoice };
type Attempt = Chosen & { request: DrillRequest; spec: TargetSpec; directory: string; begunMs: number };

/** Nothing that leads to the target is what a drill is there to find; that there is nothing at all is no drill. */
async function choose(
  { store, target, to }: DrillRequest,
  spec: TargetSpec,
): Promise<Chosen | { done: Drilled } | { refused: string }> {
  const sources = await readSources(store, target);
  const newest = newestOf(sources);
  if (newest === undefined)
    return { refused: `the ${store.name} store has no backup of ${target}: take one with backup ${target}.` };
  const isRandom = to === 'random';
  const disproved = hasWhole(sources) ? ('L5' as const) : ('L3' as const);
  const about = { store: store.name, record: newest, to: isRandom ? 'a random second' : to, isRandom, disproved };
  const since = { days: spec.backup?.anySecondDays ?? 7, nowMs: Date.now() };
  const wanted = drillTarget(to, sources, since);
  if ('refused' in wanted) return isRandom ? { done: failedDrill(about, wanted.refused) } : wanted;
  const chosen = chooseRestore(sources, wanted);
  if ('choice' in chosen) return { sources, choice: chosen.choice };
  // A moment that somebody typed may be one that nobody promised.
  const isPromised = isRandom || to === 'latest' || to === 'end';
  return isPromised ? { done: failedDrill({ ...about, to: targetText(wanted) }, chosen.refused) } : chosen;
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

function whyNotHere(choice: RestoreChoice, seconds: number): string | undefined {
  const { major } = choice.system;
  if (postgresBinariesOf(major) === undefined)
    return `there are no programs of PostgreSQL ${major} where this runs, so that the backup cannot be started. Drill it where they are: npx nightshift drill ${choice.system.target} --here on a machine that has postgresql-${major}, or under nightshift serve.`;
  return whyTooLong(choice, seconds);
}

type About = Pick<Drilled, 'store' | 'record' | 'to' | 'isRandom' | 'disproved'>;

function failedDrill(about: About, problem: string): Drilled {
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

/** Fetches, starts and looks. A store that does not answer is a fault, and proves nothing; what is broken in it is a drill that failed. */
async function attempt(attempted: Attempt): Promise<Drilled | { refused: string }> {
  const { request, choice, sources, directory } = attempted;
  const { progress, signal, store } = request;
  const into = join(directory, 'r');
  const room = await noRoom(into, choice);
  if (room !== undefined) return { refused: `${room} Set TMPDIR to a folder with more room.` };
  const drilled = beginning(attempted);
  try {
    const bytes = (doneBytes: number, totalBytes: number) => {
      signal.throwIfAborted();
      progress({ doneBytes, totalBytes });
    };
    const brought = await bring({ store, sources, choice, into }, { step: () => signal.throwIfAborted(), bytes });
    if ('refused' in brought) return brought;
    const binaries = postgresBinariesOf(choice.system.major);
    if (binaries === undefined) return { refused: `PostgreSQL ${choice.system.major} is not here any more.` };
    const apart = await startApart(directory, brought.place, choice, binaries, signal);
    signal.throwIfAborted();
    if ('notStarted' in apart)
      return {
        ...drilled,
        stage: 'start',
        disproved: 'L3',
        problems: [whyNotStarted(apart.notStarted, directory)],
      };
    return await lookedAt(attempted, drilled, apart);
  } catch (thrown) {
    if (signal.aborted) return { refused: `the drill was given up, ${reasonOf(signal)}, and proves nothing.` };
    const { code, message } = asFault(thrown);
    if (code !== 'conflict') throw thrown;
    return { ...drilled, stage: 'fetch', disproved: 'L3', problems: [message] };
  }
}

/** The folder has a name that is gone when somebody reads this. */
function whyNotStarted(why: string, directory: string): string {
  return `the restored server does not start: ${why.replaceAll(`${directory}/r/`, '')}`;
}

function beginning({ choice, request }: Attempt): Drilled {
  const record = choice.chain.at(-1);
  if (record === undefined) throw new TypeError('a chain has backups');
  const isRandom = request.to === 'random';
  const about = { store: request.store.name, record, to: targetText(choice.target), isRandom, disproved: null };
  return {
    ...failedDrill(about, ''),
    chain: choice.chain.map(({ label }) => label),
    walSegments: choice.wal.length,
    plainBytes: choice.chain.flatMap(({ files }) => files).reduce((sum, file) => sum + file.plainBytes, 0),
    problems: [],
  };
}

async function lookedAt({ spec, request, choice, begunMs }: Attempt, drilled: Drilled, apart: Apart): Promise<Drilled> {
  const { server, ...place } = apart;
  const restoreSeconds = (Date.now() - begunMs) / 1000;
  try {
    const { reached } = server;
    const referenceMs = momentOf(choice, reached);
    const verified = await verifyCopy({ spec, place, referenceMs, budgetMs: LOOK_MS });
    request.signal.throwIfAborted();
    const reachedMs = timeReached(reached);
    const lastAge = reachedMs === undefined ? null : Math.max(0, (referenceMs - reachedMs) / 1000);
    const { looks, memory, newestRowAgeSeconds } = verified;
    return {
      ...drilled,
      stage: 'verify',
      problems: wrongEnd(choice, reached),
      looks,
      memory,
      restoreSeconds,
      usableSeconds: (Date.now() - begunMs) / 1000,
      newestRowAgeSeconds: newestRowAgeSeconds ?? lastAge,
      reachedLsn: reached.lsn ?? null,
      reachedTime: reachedMs === undefined ? null : new Date(reachedMs).toISOString(),
    };
  } finally {
    await server.server.stop('immediate');
  }
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'because it was stopped';
}
