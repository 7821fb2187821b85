import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** One answer of a handler: how long it took and what it was, as JSON or `threw …`. */
export type Answer = { ms: number; answer: string };

/** A bundle in a process of its own, as in a Lambda instance. */
export type Instance = {
  /** How long the import of the bundle took. */
  loadMs: number;
  /** The answer to the first event, which follows the load at once; none when it was started without an event. */
  first: Answer | undefined;
  answers(way: 'together' | 'inTurn', events: readonly unknown[]): Promise<readonly Answer[]>;
  stop(): Promise<void>;
};

const PROGRAM = join(import.meta.dirname, 'instance.mjs');

type Said = { loadMs?: number; answers: readonly Answer[] };

/** Starts a bundle with this environment and no other variable, and waits until it is loaded and has answered `first`. */
export async function startInstance(
  file: string,
  environment: Readonly<Record<string, string>>,
  first?: unknown,
): Promise<Instance> {
  const words = first === undefined ? [] : [JSON.stringify(first)];
  // What a function logs is dropped, as if CloudWatch took it at no cost.
  const child = spawn(process.execPath, [PROGRAM, file, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...environment },
  });
  const { loadMs = 0, answers } = await nextWord(child);
  return {
    loadMs,
    first: answers[0],
    answers: async (way, events) => {
      const said = nextWord(child);
      child.send({ way, events });
      return (await said).answers;
    },
    stop: () => ended(child),
  };
}

/** What it says next. Rejects when the process ends instead. */
async function nextWord(child: ChildProcess): Promise<Said> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the process of a bundle ended with ${String(code)} instead of an answer`);
  });
  try {
    const [said] = (await Promise.race([once(child, 'message', { signal }), died])) as [Said];
    return said;
  } finally {
    waiting.abort();
    died.catch(() => undefined);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
