import { startWorker, type HaltedWorker, type WorkerTask } from '../providers/start-worker.ts';
import type { TestRedisMember } from '../servers.ts';

const ENDED = /^Error: the worker did not halt: /;

/** A worker that halts at a command, or how it ended where it had come to its end before. */
export async function workerAt(task: WorkerTask): Promise<HaltedWorker | { over: unknown }> {
  return startWorker(task).catch((thrown: unknown) => {
    if (ENDED.test(String(thrown))) return { over: JSON.parse(String(thrown).replace(ENDED, '')) as unknown };
    throw thrown;
  });
}

/** How often a server has carried a command out since it started: `cluster|failover`. https://redis.io/docs/latest/commands/info/ */
export async function timesAsked(member: TestRedisMember, command: string): Promise<number> {
  const said = String(await member.call('INFO', 'commandstats'));
  return Number(said.split(`cmdstat_${command}:calls=`)[1]?.split(',')[0] ?? 0);
}
