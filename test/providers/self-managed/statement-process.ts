import pg from 'pg';
import { openTarget } from '../../../src/providers/index.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import type { FailoverOrder } from '../../../src/targets/failover.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { secret } from './streaming-pair.ts';

/** What is to be carried out, and at which of its statements the process stands still: before it is sent, or when it is answered. */
export type StatementTask = {
  spec: TargetSpec;
  nth: number;
  moment: 'before' | 'after';
} & ({ switchover: SwitchoverOrder } | { failover: FailoverOrder });

const task = JSON.parse(process.argv[2] ?? '{}') as StatementTask;
let seen = 0;
const halt = (what: string) => {
  process.stdout.write(`halted ${task.moment} ${what.trim().slice(0, 60).replaceAll(/\s+/g, ' ')}\n`);
  return new Promise(() => setInterval(() => {}, 1000));
};

const target = await openTarget(task.spec, 'act', { secret, connectTimeoutMs: 1500 });
// The driver itself, in this process only: whatever the code under test sends goes through it.
const send = pg.Client.prototype.query as (...words: unknown[]) => unknown;
pg.Client.prototype.query = async function query(this: pg.Client, ...words: unknown[]) {
  const text = typeof words[0] === 'string' ? words[0] : String((words[0] as { text?: string }).text);
  const isNow = (seen += 1) === task.nth;
  if (isNow && task.moment === 'before') await halt(text);
  const answer = await send.apply(this, words);
  if (isNow) await halt(text);
  return answer;
} as typeof pg.Client.prototype.query;

const result = await ('failover' in task
  ? target.failover?.carryOut(task.failover)
  : target.switchover?.carryOut(task.switchover));
process.stdout.write(`ended ${JSON.stringify(result)}\n`);
await target.close();
process.exit(0);
