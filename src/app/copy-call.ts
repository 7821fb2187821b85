import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { durationText } from '../checks/wording.ts';
import { bytesText } from '../core/amount.ts';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { TargetName } from '../core/operation.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import type { CopyStanding } from '../state/copies.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';
import { resultOf } from './step-calls.ts';
import type { Watched } from './watched.ts';

/** Short at first, so that a small copy is not held up by who looks at it. */
const FIRST_LOOK_SECONDS = 2;
const LATER_LOOK_SECONDS = 15;
/** Longer than a room can live. */
const MOST_LOOKS = 80;
/** A room says every three seconds that it lives; one that has said nothing for so long is dead, or its answer is there. */
const SILENT_MS = 60_000;

/**
 * A step of the room that copies, as its run calls it: while the room works, what it says in the state table is shown in the run's
 * message. Two branches, because a chained invoke says nothing until it answers.
 */
export function callCopy(
  durable: DurableContext,
  tools: RunTools,
  about: Pick<RoomRequest, 'runId' | 'operation' | 'step'>,
  show: Watched['show'],
): (target: TargetName, args: Json, step: string) => Promise<Json> {
  return async (target, args, step) => {
    const request: RoomRequest = { ...about, target: target.name, args, mode: 'run' };
    const name = `${about.operation}.${about.step} ${target.name}`;
    const batch = await durable.parallel<RoomAnswer | null>(name, [
      {
        name: 'copy',
        func: (inner) => inner.invoke<RoomRequest, RoomAnswer>(name, tools.roomFunction(target.name, 'copy'), request),
      },
      { name: 'look', func: (inner) => follow(inner, tools, request, (text) => show(step, text)) },
    ]);
    batch.throwIfError();
    const [answer] = batch.getResults();
    if (!answer) throw new Fault('bug', `${name} gave no answer`);
    return resultOf(answer);
  };
}

type Looked = { standing: CopyStanding | null; atMs: number };

/** Shows how far it is until the room is done or silent; what cannot be shown or asked holds nothing up. */
async function follow(
  durable: DurableContext,
  { copies, now }: RunTools,
  { runId, target }: RoomRequest,
  show: (text: string) => Promise<void>,
): Promise<null> {
  let begunAtMs: number | undefined;
  for (let look = 1; look <= MOST_LOOKS; look++) {
    const seconds = Math.min(LATER_LOOK_SECONDS, FIRST_LOOK_SECONDS * look);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await durable.wait(`look ${look} in`, { seconds });
    const see = async (): Promise<Looked> => {
      const standing = (await copies.standing(runId, target).catch(() => undefined)) ?? null;
      const atMs = now();
      if (standing && !standing.isOver)
        await show(progressText(standing, atMs - (begunAtMs ?? atMs))).catch(() => undefined);
      return { standing, atMs };
    };
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const { standing, atMs } = await durable.step<Looked>(`look ${look}`, see, repeatable);
    begunAtMs ??= atMs - seconds * 1000;
    if (standing ? standing.isOver || atMs - Date.parse(standing.at) > SILENT_MS : atMs - begunAtMs > SILENT_MS) break;
  }
  return null;
}

/** Pure: "1.2 GB of 2 GB · 84 MB/s · 10 s left". */
export function progressText({ doneBytes, totalBytes }: CopyStanding, elapsedMs: number): string {
  if (doneBytes === 0) return 'begins';
  const done = totalBytes > 0 ? `${bytesText(doneBytes)} of ${bytesText(totalBytes)}` : bytesText(doneBytes);
  if (elapsedMs < 1000) return done;
  const perSecond = (doneBytes * 1000) / elapsedMs;
  const left = totalBytes > doneBytes ? ` · ${durationText((totalBytes - doneBytes) / perSecond)} left` : '';
  return `${done} · ${bytesText(perSecond)}/s${left}`;
}
