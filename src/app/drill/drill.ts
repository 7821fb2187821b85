import { join } from 'node:path';
import type { RestoreChoice } from '../../backups/restore/choose.ts';
import { targetText } from '../../backups/restore/target.ts';
import type { Drill, Drilled, DrillRequest } from '../../core/drill.ts';
import { asFault } from '../../core/errors.ts';
import { verifyCopy } from '../../providers/drills.ts';
import { postgresBinariesOf } from '../../runtime/postgres-versions.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { noRoom } from '../restore/place.ts';
import { chooseOwn, drillWithout, type Chosen } from './choose-drill.ts';
import { chooseOfTool } from './choose-of-tool.ts';
import { momentOf, timeReached, wrongEnd } from './drill-target.ts';
import { reapDrills, removeDrillPlace, takeDrillPlace } from './leftovers.ts';
import { BECAME_FULL, hadNoRoom, isForWantOfRoom } from './want-of-room.ts';
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
    const { backupTool: tool } = spec;
    const chosen = await (tool === undefined ? chooseOwn(request, spec) : chooseOfTool(tool, request, spec));
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
    if ('refused' in drilled) return drilled;
    return hadNoRoom(drilled) ? { refused: BECAME_FULL } : { done: { ...drilled, leftover } };
  };
}

type Attempt = Chosen & { request: DrillRequest; spec: TargetSpec; directory: string; begunMs: number };

function whyNotHere(choice: RestoreChoice, seconds: number): string | undefined {
  const { major } = choice.system;
  if (postgresBinariesOf(major) === undefined)
    return `there are no programs of PostgreSQL ${major} where this runs, so that the backup cannot be started. Drill it where they are: npx nightshift drill ${choice.system.target} --here on a machine that has postgresql-${major}, or under nightshift serve.`;
  return whyTooLong(choice, seconds);
}

/** Fetches, starts and looks. A store that does not answer is a fault, and proves nothing; what is broken in it is a drill that failed. */
async function attempt(attempted: Attempt): Promise<Drilled | { refused: string }> {
  const { request, choice, directory } = attempted;
  const { progress, signal } = request;
  const into = join(directory, 'r');
  const room = await noRoom(into, choice);
  if (room !== undefined) return { refused: `${room} Set TMPDIR to a folder with more room.` };
  const drilled = beginning(attempted);
  try {
    const bytes = (doneBytes: number, totalBytes: number) => {
      signal.throwIfAborted();
      progress({ doneBytes, totalBytes });
    };
    const brought = await attempted.bring(into, { step: () => signal.throwIfAborted(), bytes }, signal);
    signal.throwIfAborted();
    if ('refused' in brought) return brought;
    if ('broken' in brought) return { ...drilled, stage: 'fetch', disproved: 'L3', problems: [brought.broken] };
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
    if (isForWantOfRoom(thrown)) return { refused: BECAME_FULL };
    const { code, message } = asFault(thrown);
    if (code !== 'conflict') throw thrown;
    return { ...drilled, stage: 'fetch', disproved: 'L3', problems: [message] };
  }
}

/** The folder has a name that is gone when somebody reads this. */
function whyNotStarted(why: string, directory: string): string {
  return `the restored server does not start: ${why.replaceAll(`${directory}/r/`, '')}`;
}

function beginning({ choice, request, store }: Attempt): Drilled {
  const record = choice.chain.at(-1);
  if (record === undefined) throw new TypeError('a chain has backups');
  const isRandom = request.to === 'random';
  const about = { store, record, to: targetText(choice.target), isRandom, disproved: null };
  return {
    ...drillWithout(about, ''),
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
