import pg from 'pg';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';

/** What is to be carried out, and at which of its requests to Patroni or statements the process stands still. */
export type AskingTask = {
  spec: TargetSpec;
  environment: Record<string, string>;
  nth: number;
  moment: 'before' | 'after';
  order: SwitchoverOrder;
};

const task = JSON.parse(process.argv[2] ?? '{}') as AskingTask;
const options = { secret: createSecrets((name) => task.environment[name]).resolve };
const target = await openTarget(task.spec, 'act', options);
let seen = 0;

async function halted<R>(what: string, ask: () => Promise<R>): Promise<R> {
  const isNow = (seen += 1) === task.nth;
  if (isNow && task.moment === 'before') await halt(what);
  const answer = await ask();
  if (isNow) await halt(what);
  return answer;
}

function halt(what: string): Promise<never> {
  process.stdout.write(`halted ${task.moment} ${what.trim().slice(0, 60).replaceAll(/\s+/g, ' ')}\n`);
  return new Promise(() => setInterval(() => {}, 1000));
}

// The drivers themselves, in this process only: whatever the code under test sends goes through them.
const send = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const path = typeof input === 'string' ? new URL(input).pathname : '';
  return halted(`${init?.method ?? 'GET'} ${path}`, () => send(input, init));
};
const query = pg.Client.prototype.query as (...words: unknown[]) => Promise<unknown>;
pg.Client.prototype.query = function queryOnce(this: pg.Client, ...words: unknown[]) {
  const text = typeof words[0] === 'string' ? words[0] : String((words[0] as { text?: string }).text);
  return halted(text, () => query.apply(this, words));
} as typeof pg.Client.prototype.query;

if (target.engine !== 'postgres' || !target.switchover) throw new Error('its writes cannot be moved');
const result = await target.switchover.carryOut(task.order);
process.stdout.write(`ended ${JSON.stringify(result)}\n`);
await target.close();
process.exit(0);
