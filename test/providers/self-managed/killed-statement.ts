import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { recordServer } from '../../servers/room.ts';
import type { StatementTask } from './statement-process.ts';

const program = fileURLToPath(new URL('statement-process.ts', import.meta.url));

/** Carries an order out in a process that is killed at a statement; what it was killed at, or undefined where it had ended before. */
export async function killedAtStatement(task: StatementTask): Promise<string | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  recordServer(child.pid ?? 0, 'statement-process');
  const ended = once(child, 'exit');
  const [said] = (await Promise.race([once(child.stdout, 'data'), ended.then(() => ['failed'])])) as [Buffer | string];
  const words = said.toString().trim();
  child.kill('SIGKILL');
  await ended;
  if (words.startsWith('ended')) return undefined;
  return `${task.nth}: ${words}`;
}
