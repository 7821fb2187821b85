import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { recordServer } from '../../servers/room.ts';
import type { StatementTask } from './statement-process.ts';

/** A program of this folder that carries an order out, and what it has said: at what it halts, or how it ended. */
export async function haltedProcess(name: string, task: object): Promise<{ words: string; kill(): Promise<void> }> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  recordServer(child.pid ?? 0, name);
  const ended = once(child, 'exit');
  const [said] = (await Promise.race([once(child.stdout, 'data'), ended.then(() => ['failed'])])) as [Buffer | string];
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { words: said.toString().trim(), kill };
}

/** Carries an order out in a process that is killed at a statement; what it was killed at, or undefined where it had ended before. */
export async function killedAtStatement(task: StatementTask): Promise<string | undefined> {
  const { words, kill } = await haltedProcess('statement-process.ts', task);
  await kill();
  if (words.startsWith('ended')) return undefined;
  return `${task.nth}: ${words}`;
}
