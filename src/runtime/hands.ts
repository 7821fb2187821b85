import { spawn } from 'node:child_process';
import { Fault } from '../core/errors.ts';
import { handPhases, type HandOrder, type Hands, type HandState } from '../targets/rejoin.ts';

export type HandsOptions = {
  /** What every program may know of this process: PATH, HOME, LANG. */
  environment: { readonly [name: string]: string };
  /** For one phase; a copy of a large server takes long. */
  phaseSeconds?: number;
  now?: () => number;
};

const USUAL_PHASE_SECONDS = 6 * 3600;
/** Of what a program says the end is kept; one that shows its progress may say much. */
const KEPT_LENGTH = 4096;
const SAID_LENGTH = 300;

/**
 * Starts programs of the config beside this process: no shell, nothing of our environment but what is named, one phase after the other.
 * What it knows of them ends with the process; the programs go on.
 */
export function createHands({ environment, phaseSeconds = USUAL_PHASE_SECONDS, now = Date.now }: HandsOptions): Hands {
  const states = new Map<string, HandState>();
  const run = async ({ name, command, tells }: HandOrder) => {
    for (const phase of handPhases) {
      states.set(name, { phase, ended: null });
      // oxlint-disable-next-line no-await-in-loop -- none is begun before the one before has succeeded
      const { ok, said } = await phaseOf([...command, phase], { ...environment, ...tells }, phaseSeconds);
      if (ok && phase !== handPhases.at(-1)) continue;
      states.set(name, { phase, ended: { ok, said, atMs: now() } });
      return;
    }
  };
  return {
    state: (name) => states.get(name),
    begin: (order) => {
      if (states.get(order.name)?.ended === null)
        throw new Fault('conflict', `a hand is at work on ${order.name} already`);
      void run(order);
    },
  };
}

type Done = { ok: boolean; said: string };

function phaseOf(
  [program = '', ...words]: readonly string[],
  env: { readonly [name: string]: string },
  seconds: number,
): Promise<Done> {
  const child = spawn(program, words, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: seconds * 1000 });
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      heard[name] = (heard[name] + text).slice(-KEPT_LENGTH);
    });
  return new Promise((resolve) => {
    child.once('error', ({ message, code = message }: NodeJS.ErrnoException) =>
      resolve({ ok: false, said: `the program cannot be started (${code}).` }),
    );
    child.once('close', (code, signal) => {
      const said = lastLine(heard.stderr) ?? lastLine(heard.stdout) ?? '';
      resolve(
        code === 0 ? { ok: true, said } : { ok: false, said: `${endText({ code, signal }, seconds)} ${said}`.trim() },
      );
    });
  });
}

/** Pure: how a program ended that did not end well. */
function endText({ code, signal }: { code: number | null; signal: string | null }, seconds: number): string {
  return code === null ? `it was ended by ${signal}, after ${seconds} s at most.` : `it ended with ${code}.`;
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1)?.trim().slice(0, SAID_LENGTH) || undefined;
}
