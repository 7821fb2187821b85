import { setTimeout as pause } from 'node:timers/promises';
import { environmentSecret } from '../config/environment.ts';
import { asFault, Fault } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { secondOf } from '../operations/wal/drain.ts';
import { createSecrets, openTarget } from '../providers/index.ts';
import type { WalFollowed } from '../targets/backups.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { backupStores } from './backup-stores.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { runHere } from './run-here.ts';

type Say = (sentence: string) => void;

/** What is written waits for the store so long at most, and as long as the store takes. */
const FLUSH_SECONDS = 10;
const SAY_EVERY_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Follows the write-ahead log of a target until the signal. Before it begins, and whenever it was cut off, it fetches what is missing as
 * `wal` does, with a full backup where something was lost; then it streams. What goes wrong is said, and tried again after a pause.
 * Throws `invalid_request` for a name that is none.
 */
export async function followWal(subject: string, say: Say, signal: AbortSignal): Promise<void> {
  const known = await knowledge();
  const spec = known.config.targets.find(({ name }) => name === subject);
  if (!spec) throw new Fault('invalid_request', `wal --follow needs the name of a target: ${subject} is none`);
  if (spec.engine !== 'postgres') throw new Fault('invalid_request', `${subject} has no write-ahead log to follow`);
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const beganMs = Date.now();
    const ended = await followOnce(known, spec, say, signal).catch((thrown: unknown) => asFault(thrown).message);
    if (signal.aborted) break;
    pauseMs = Date.now() - beganMs > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    say(`${ended.replace(/\.$/, '')}; once more in ${pauseMs / 1000} s`);
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Why it ended, unless it throws that. */
async function followOnce(known: Knowledge, spec: TargetSpec, say: Say, signal: AbortSignal): Promise<string> {
  const fetched = await runHere('wal', spec.name, {}, () => undefined);
  const problem = problemOf(fetched);
  if (problem !== undefined) return problem;
  if ('done' in fetched) for (const { headline } of [fetched.done, ...fetched.done.parts]) say(headline);
  if (signal.aborted) return 'it was stopped';
  const secrets = createSecrets(environmentSecret);
  const target = await openTarget(spec, 'copy', { secret: (reference) => secrets.resolve(reference) });
  try {
    if (target.engine !== 'postgres' || !target.backups) return 'nobody gives its write-ahead log';
    const stores = backupStores(known);
    const [store] = stores;
    if (!store) return 'nightshift.yaml names no place for backups';
    const second = secondOf({ stores });
    const work = { store, ...(second && { second }), flushSeconds: FLUSH_SECONDS, told: sayNowAndThen(say), signal };
    const answer = await target.backups.followWal(work);
    if ('refused' in answer) return answer.refused;
    say(wordsOf(answer.done));
    return 'it was stopped';
  } finally {
    await target.close();
  }
}

function problemOf(outcome: Outcome): string | undefined {
  if ('refused' in outcome) return outcome.refused;
  return 'failed' in outcome ? outcome.failed : undefined;
}

function sayNowAndThen(say: Say): (at: WalFollowed) => void {
  let saidMs = 0;
  let saidOfSecond: string | null = null;
  return (at) => {
    const why = at.second?.why ?? null;
    if (why !== null && why !== saidOfSecond) say(`the ${at.second?.store} store lacks some of it: ${why}`);
    saidOfSecond = why;
    if (Date.now() - saidMs < SAY_EVERY_MS) return;
    saidMs = Date.now();
    say(wordsOf(at));
  };
}

function wordsOf({ storedLsn, longestSeconds }: WalFollowed): string {
  return `the store has the write-ahead log up to ${storedLsn}; nothing waited longer than ${Math.ceil(longestSeconds)} s`;
}
