import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PhaseName } from '../../../src/providers/self-managed/switchover/world.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { recordServer } from '../../servers/room.ts';
import type { StreamingPair } from './streaming-pair.ts';

const program = fileURLToPath(new URL('switchover-process.ts', import.meta.url));

/** Begins a switchover in a process of its own, which is killed at the border of a phase. */
export async function killedAt(
  { spec }: Pick<StreamingPair, 'spec'>,
  stopAt: PhaseName,
  order: SwitchoverOrder,
): Promise<void> {
  const child = spawn(process.execPath, [program, JSON.stringify({ spec, order, stopAt })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  recordServer(child.pid ?? 0, 'switchover');
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  if (said.toString() !== `${stopAt}\n`) throw new Error(`stopped at ${said.toString()}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
}
