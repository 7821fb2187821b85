import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../house.ts';

/** `nightshift serve` as a process of its own. */
export type ServeProcess = {
  /** Everything that it said so far. */
  said(): string;
  /** Resolves with the first line that matches; throws what was said when it ends before. */
  says(wanted: RegExp): Promise<string>;
  /** Sends the signal and resolves with the exit code, or null when it was killed. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
};

const running = new Map<ChildProcess, Promise<number | null>>();

/** Ends what a test has left running. */
export async function endServeProcesses(): Promise<void> {
  for (const [child, ended] of running) {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Nothing of this process' environment reaches it but the search path. */
export function startServeProcess(
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
  program = 'src/cli/main.ts',
): ServeProcess {
  return startProcess(environment, ['serve', ...words], program);
}

/** Any command line as a process of its own. */
export function startProcess(
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
  program = 'src/cli/main.ts',
): ServeProcess {
  const main = join(root, program);
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  // Not at 'exit': then its last lines may be on their way still.
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  running.set(child, ended);
  void ended.finally(() => running.delete(child));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of listeners) look();
    });
  }
  return {
    said: () => lines.join('\n'),
    says: (wanted) => says(lines, listeners, wanted, ended),
    ended: () => ended,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

function says(
  lines: readonly string[],
  listeners: Set<() => void>,
  wanted: RegExp,
  ended: Promise<number | null>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    function look(): void {
      const line = lines.find((one) => wanted.test(one));
      if (line === undefined) return;
      listeners.delete(look);
      resolve(line);
    }
    listeners.add(look);
    look();
    void ended.then((code) => reject(new Error(`ended with ${code}:\n${lines.join('\n')}`)));
  });
}
