import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Reading } from './read.ts';

/** What one process took, with its start; its processor time and memory where it says so itself, else 0. */
export type Cost = { wallMs: number; cpuMs: number; peakKB: number };

type Said = { entries: number; lastMs: number; cpuMs: number; peakKiB: number };

/** Our reader in a process of its own. Throws when it found no entry in the log. */
export async function readingCost(file: string, reading: Reading, prefix: string): Promise<Cost> {
  const { wallMs, said } = await read(file, reading, prefix, 1);
  return { wallMs, cpuMs: said.cpuMs, peakKB: (said.peakKiB * 1_024) / 1_000 };
}

/** The second pass over a log in one process: without the process's start, and with code that is compiled already. */
export async function secondPassCost(file: string, reading: Reading, prefix: string): Promise<Cost> {
  const { said } = await read(file, reading, prefix, 2);
  return { wallMs: said.lastMs, cpuMs: 0, peakKB: (said.peakKiB * 1_024) / 1_000 };
}

/** Any program; what it prints is thrown away. */
export async function programCost(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Cost> {
  return { wallMs: (await run(program, words, env)).wallMs, cpuMs: 0, peakKB: 0 };
}

async function read(file: string, reading: Reading, prefix: string, passes: number) {
  const words = [join(import.meta.dirname, 'read.ts'), file, reading, prefix, String(passes)];
  const { wallMs, output } = await run(process.execPath, words, process.env);
  const said = JSON.parse(output) as Said;
  if (reading !== 'nothing' && said.entries === 0)
    throw new Error(`no entry of ${file} was read with the prefix ${prefix}`);
  return { wallMs, said };
}

async function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  const began = performance.now();
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>(
    (resolve, reject) => void child.once('error', reject).once('close', resolve),
  );
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>)
    if (output.length < 100_000) output += chunk;
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`);
  return { wallMs: performance.now() - began, output };
}
