import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { recordServer } from '../../servers/room.ts';
import type { LambdaContext } from '../../../src/runtime/functions.ts';

/** A bundle in an environment like Lambda's. */
export type Sandbox = {
  invoke(event: unknown, context: LambdaContext): Promise<unknown>;
  stop(): Promise<void>;
};

export type SandboxOptions = {
  name: string;
  /** Where the packaged function lies: nightshift.yaml and dist/<name>/. No folder above it holds packages. */
  taskRoot: string;
  /** The one folder that can be written to: Lambda's /tmp. */
  scratch: string;
  /** All that the process sees of the environment, beside what Lambda itself sets. */
  environment: Readonly<Record<string, string>>;
};

type Answer = { id: number; result?: string; error?: { name: string; message: string; stack: string } };

const RUNTIME = join(import.meta.dirname, 'runtime.mjs');

/**
 * Starts a bundle in a process of its own as near to Lambda as a laptop allows: its own Node, no packages to be found, nothing
 * to be written but in one folder (Node's permission model), no child processes and no workers, UTC, only the variables that
 * the function is given. As on Lambda the process is frozen when it has answered, and goes on with the next event.
 * Unlike Lambda it answers several events at once.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const child = launch(options);
  // A frozen process does not notice that its parent is gone.
  recordServer(child.pid ?? 0, `sandbox of ${options.name}`);
  child.stdout?.on('data', (chunk: Buffer) => process.stdout.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the bundle of ${options.name} ended with ${code}`))),
  ]);
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) child.kill('SIGSTOP');
  });
  child.on('exit', () => {
    for (const answer of waiting.values())
      answer({ id: 0, error: { name: 'Runtime.ExitError', message: 'the process ended', stack: '' } });
  });
  return {
    invoke(event, context) {
      const id = (last += 1);
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      child.kill('SIGCONT');
      const deadlineMs = Date.now() + context.getRemainingTimeInMillis();
      child.send({ id, event, context: JSON.parse(JSON.stringify(context)), deadlineMs });
      return answered.then(resultOf);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function launch({ name, taskRoot, scratch, environment }: SandboxOptions): ChildProcess {
  mkdirSync(scratch, { recursive: true });
  // Beside the bundle, so that the process reads nothing of the project.
  cpSync(RUNTIME, join(taskRoot, 'runtime.mjs'));
  const bundle = pathToFileURL(join(taskRoot, 'dist', name, 'index.mjs')).href;
  const readable = [taskRoot, scratch, environment['NIGHTSHIFT_CONFIG'] ?? scratch];
  const reads = readable.map((path) => `--allow-fs-read=${path}`);
  const permissions = ['--permission', ...reads, `--allow-fs-write=${scratch}`];
  return spawn(process.execPath, [...permissions, join(taskRoot, 'runtime.mjs'), bundle], {
    cwd: taskRoot,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin',
      TMPDIR: scratch,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_FUNCTION_NAME: `nightshift-dev-${name}`,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      ...environment,
    },
  });
}

function resultOf({ result, error }: Answer): unknown {
  if (!error) return JSON.parse(result ?? 'null');
  const thrown = new Error(error.message);
  thrown.name = error.name;
  thrown.stack = error.stack;
  throw thrown;
}
