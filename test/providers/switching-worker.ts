import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import type { WorkerTask } from './start-worker.ts';

/** A room in a process of its own: it carries out one order, and halts where it is told. */
const task = JSON.parse(process.argv[2] ?? '') as WorkerTask;
const { servers, halt } = task;
const answers = createInterface({ input: process.stdin });
let seen = 0;

async function haltAt(moment: 'before' | 'after', words: readonly unknown[]): Promise<void> {
  if (!words.join(' ').startsWith(halt.command) || halt.moment !== moment) return;
  seen += 1;
  if (seen !== (halt.nth ?? 1)) return;
  process.stdout.write('"halted"\n');
  await new Promise((resolve) => answers.once('line', resolve));
}

// The driver itself, in this process only: whatever the code under test sends goes through it.
const send = Redis.prototype.call as (...words: unknown[]) => Promise<unknown>;
Redis.prototype.call = async function call(this: Redis, ...words: unknown[]) {
  await haltAt('before', words);
  const answer = await send.apply(this, words);
  await haltAt('after', words);
  return answer;
};

const secrets = createSecrets((name) => servers.environment[name]);
const target = await openTarget(servers.spec, 'act', { secret: secrets.resolve });
const result = await ('failover' in task
  ? target.failover?.carryOut(task.failover)
  : target.switchover?.carryOut(task.order));
process.stdout.write(`${JSON.stringify(result)}\n`);
await target.close();
process.exit(0);
