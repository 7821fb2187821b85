import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TargetSpec } from '../../src/targets/spec.ts';
import type { FailoverOrder, FailoverResult } from '../../src/targets/failover.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../src/targets/switchover.ts';
import { recordServer } from '../servers/room.ts';

/** Where the worker halts: before or after it has sent the nth command that begins with these words. */
export type Halt = { moment: 'before' | 'after'; command: string; nth?: number };
export type WorkerTask = {
  servers: { spec: TargetSpec; environment: Record<string, string> };
  halt: Halt;
} & ({ order: SwitchoverOrder } | { failover: FailoverOrder });

/** A worker that has come to where it halts. */
export type HaltedWorker = {
  /** As a crash: it does nothing more. */
  kill(): Promise<void>;
  /** Lets it go on to its end. */
  goOn(): Promise<SwitchoverResult | FailoverResult>;
};

/** Starts a process that carries out the order, and waits until it halts. */
export async function startWorker({ servers: { spec, environment }, ...rest }: WorkerTask): Promise<HaltedWorker> {
  const task = JSON.stringify({ servers: { spec, environment }, ...rest });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'switching-worker.ts'), task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.pid !== undefined) recordServer(child.pid, 'switching-worker');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean };
    if (done) throw new Error('the worker ended');
    return JSON.parse(value) as unknown;
  };
  const first = await next();
  if (first !== 'halted') throw new Error(`the worker did not halt: ${JSON.stringify(first)}`);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    goOn: async () => {
      child.stdin.write('go on\n');
      const result = (await next()) as SwitchoverResult | FailoverResult;
      if (child.exitCode === null) await once(child, 'exit');
      return result;
    },
  };
}
