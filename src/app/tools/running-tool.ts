import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CopyProgress } from '../../core/backup.ts';
import { toolTitles, type BackupToolSpec } from '../../core/backup-tool.ts';
import { asFault } from '../../core/errors.ts';
import { complaintIn, TOOL_ENVIRONMENT, toolFault } from './tool-command.ts';

/** Less than the time of the room, which has to answer; the tool works on meanwhile. */
const LOOKS_ON_MS = 600_000;
/** A tool that was told to end takes down what it began. */
const ENDS_WITHIN_MS = 60_000;
const KEPT_LINES = 200;

/** A program of a tool that was started. */
export type Spawned = {
  title: string;
  child: ChildProcess;
  /** How the tool itself is interrupted. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  over: Promise<{ refused: string } | { ended: true }>;
};
type Running = Spawned & { copied: CopiedSoFar };
/** What a line of a log adds to what is copied. */
export type CopiedSoFar = { copiedBytes: number; percent: number };

const running = new Map<string, Running>();

export function runningFor(runId: string): Running | undefined {
  return running.get(runId);
}

/** Starts a tool for a run. */
export function startTool(runId: string, spec: BackupToolSpec, words: readonly string[]): void {
  const one: Pick<Running, 'copied'> = { copied: { copiedBytes: 0, percent: 0 } };
  const spawned = spawnTool(spec, words, (line) => (one.copied = copiedAfter(one.copied, line)));
  running.set(runId, Object.assign(one, spawned));
}

/** Starts the program of a tool, without a shell and with nothing of the bot's environment; every line that it says is heard. */
export function spawnTool(
  { name, command }: BackupToolSpec,
  words: readonly string[],
  hear: (line: string) => void,
): Spawned {
  const [program = '', ...first] = command ?? [];
  const child = spawn(program, [...first, ...words], {
    env: TOOL_ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => {
      hear(line);
      lines.push(line.slice(0, 1000));
      if (lines.length > KEPT_LINES) lines.shift();
    });
  const title = toolTitles[name];
  // Barman writes down that it was interrupted only where it is as from a keyboard.
  const stopSignal = name === 'barman' ? 'SIGINT' : 'SIGTERM';
  return { title, child, stopSignal, over: overOf(child, program, title, lines) };
}

async function overOf(
  child: ChildProcess,
  program: string,
  title: string,
  lines: readonly string[],
): Promise<{ refused: string } | { ended: true }> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code === 0) return { ended: true };
    const how = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
    return { refused: `${title} ${how}: ${complaintIn({ stdout: lines.join('\n'), stderr: '' })}` };
  } catch (thrown) {
    const fault = thrown instanceof Error ? toolFault(program, thrown) : asFault(thrown);
    return { refused: `${title} could not be started: ${fault.message}.` };
  }
}

/** Looks on until it is over, until the run is stopped, or for ten minutes. */
export async function lookOn(
  runId: string,
  progress: (at: CopyProgress) => void,
  signal: AbortSignal,
): Promise<{ refused: string } | { ended: true } | 'working'> {
  const one = running.get(runId);
  if (one === undefined) return { refused: 'nothing was started' };
  const tell = setInterval(() => progress(progressOf(one.copied)), 1000);
  const enough = Promise.withResolvers<'working'>();
  const timer = setTimeout(() => enough.resolve('working'), LOOKS_ON_MS);
  const stopped = Promise.withResolvers<'stopped'>();
  const stop = () => stopped.resolve('stopped');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const said = await Promise.race([one.over, enough.promise, stopped.promise]);
    if (said === 'working') return said;
    const over = said === 'stopped' ? await endTool(one) : said;
    running.delete(runId);
    return over;
  } finally {
    clearInterval(tell);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Only the process that was started, by its pid; the tool takes down what is half done. */
export async function endTool({ child, stopSignal, over, title }: Spawned): Promise<{ refused: string }> {
  child.kill(stopSignal);
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), ENDS_WITHIN_MS);
  const said = await Promise.race([over, late.promise]);
  clearTimeout(timer);
  if (said === 'late')
    return { refused: `${title} was told to end (pid ${child.pid}) and has not: look at its machine.` };
  return { refused: `${title} was ended, because the run was stopped; what was half done counts as no backup.` };
}

/** Pure: what pgBackRest says of each file that it copied: `backup file …/base/5/1259 (1.2MB, 34.50%) checksum …`. */
export function copiedAfter(copied: CopiedSoFar, line: string): CopiedSoFar {
  const [, size, unit = '', percent] = /\((\d+(?:\.\d+)?)(B|KB|MB|GB|TB), (\d+(?:\.\d+)?)%\)/.exec(line) ?? [];
  if (size === undefined || percent === undefined) return copied;
  const power = ['B', 'KB', 'MB', 'GB', 'TB'].indexOf(unit);
  return {
    copiedBytes: copied.copiedBytes + Number(size) * 1024 ** power,
    percent: Math.max(copied.percent, Number(percent)),
  };
}

function progressOf({ copiedBytes, percent }: CopiedSoFar): CopyProgress {
  return { doneBytes: copiedBytes, totalBytes: percent > 0 ? (copiedBytes * 100) / percent : 0 };
}
