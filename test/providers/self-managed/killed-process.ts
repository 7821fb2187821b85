import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { recordServer } from '../../servers/room.ts';

/** Runs a program of this folder that carries an order out, and kills it when it says that it is at the border of a phase. */
export async function killProcessAt(name: string, stopAt: string, request: object): Promise<void> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify({ ...request, stopAt })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  recordServer(child.pid ?? 0, name);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  if (said.toString() !== `${stopAt}\n`) throw new Error(`stopped at ${said.toString()}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
}
