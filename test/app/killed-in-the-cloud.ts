import { expect } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { MINUTE_MS, SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { dieAt, type AwsCall, type AwsDeath, type AwsLife } from './aws-life.ts';
import type { SwitchoverRuns } from './switchover-runs.ts';

/** A runbook of a cloud over real servers. */
export type CloudRunbook = {
  name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A world in which nothing was done yet. */
  open(): Promise<SwitchoverRuns>;
  /** Starts the run; its ARN. */
  run(runs: SwitchoverRuns): string;
  /** The order that clients notice. */
  interrupts(call: AwsCall): boolean;
  /** Whether the other server takes the writes now. */
  hasMoved(): boolean;
};

/** How it goes on after the death: in another process, or given up, so that the minute's tick settles it. */
export type GoesOn = 'in another process' | 'settled by the tick';

export type CloudEnd = { diedAt: string | undefined; said: string };

/** Kills the run once, lets it go on, and proves that it ended as it should, whatever that was. */
export async function killedOnce(runbook: CloudRunbook, death: AwsDeath, goesOn: GoesOn): Promise<CloudEnd> {
  const runs = await runbook.open();
  const life = dieAt(death);
  try {
    const arn = runbook.run(runs);
    const ended = runs.ended(arn).then(said);
    ended.catch(() => {});
    const diedAt = await Promise.race([life.died, ended.then(() => undefined)]);
    const words = diedAt === undefined ? await ended : await goOn({ runs, life, arn }, goesOn);
    const why = `${diedAt}: ${words}`;
    expect(life.sent.filter((call) => runbook.interrupts(call)).length, why).toBeLessThanOrEqual(1);
    await expectNothingLeft(runs, words, why);
    expect(endOf(words), why).toBe(
      endOf(words) === 'a person' ? 'a person' : runbook.hasMoved() ? 'moved' : 'as it was',
    );
    if (goesOn === 'in another process') expect(runs.deliveries, why).toHaveLength(1);
    return { diedAt, said: words };
  } finally {
    life.end();
    await runs.stop();
  }
}

type Killed = { runs: SwitchoverRuns; life: AwsLife; arn: string };

async function goOn({ runs, life, arn }: Killed, goesOn: GoesOn): Promise<string> {
  if (goesOn === 'in another process') {
    life.goOn();
    await runs.crash();
    return said(await runs.ended(arn));
  }
  runs.kill(arn);
  life.goOn();
  return settled(runs);
}

/** What the tick does each minute, until nothing is open. A step that was not begun has done nothing. */
async function settled(runs: SwitchoverRuns): Promise<string> {
  let words = 'not begun';
  await runs.cloud.advance(120 * SECOND_MS);
  for (let n = 0; n < 30 && (await runs.state.intents.open()).length > 0; n += 1) {
    words = said(await runs.settle());
    await runs.cloud.advance(120 * SECOND_MS);
  }
  return words;
}

async function expectNothingLeft({ state, cloud }: SwitchoverRuns, words: string, why: string): Promise<void> {
  // A lock whose holder died is over by itself.
  await cloud.advance(30 * MINUTE_MS);
  const left = { open: await state.intents.open(), lock: await state.locks.current('target:shop-db') };
  const cache = await state.locks.current('target:shop-cache');
  expect({ ...left, cache }, why).toEqual({
    open: endOf(words) === 'a person' ? expect.anything() : [],
    lock: undefined,
    cache: undefined,
  });
  expect((await state.brakes.inForce()).freezes, why).toEqual([]);
}

function said(outcome: Outcome): string {
  return 'done' in outcome ? outcome.done.headline : 'refused' in outcome ? outcome.refused : JSON.stringify(outcome);
}

/** Pure: which of the ends a headline tells of. */
export function endOf(words: string): 'a person' | 'moved' | 'as it was' {
  if (/a person has to look|needs a person/.test(words)) return 'a person';
  return /takes the writes now|cut off: (switched|failed over)/.test(words) ? 'moved' : 'as it was';
}
