import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import { recordServer } from '../servers/room.ts';

/** Twelve digits as an access key are the account's root to the emulator, and its number. */
export const account = '111122223333';
export const region = 'eu-central-1';
const secretKey = 'emulated';

/** What a client of the SDK needs to speak with the emulator as the account's root. */
export type ClientOptions = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: true;
};

/** An AWS of its own on 127.0.0.1 that holds every role to its policies. */
export type Emulator = {
  endpoint: string;
  client: ClientOptions;
  pid: number;
  /** All that it and the functions in it wrote so far. */
  log(): string;
  stop(): Promise<void>;
};

/** Starts the emulator on a free port. `environment` is the machine on which its Lambda functions run: they see it all. */
export async function startEmulator(environment: Readonly<Record<string, string>> = {}): Promise<Emulator> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-cloud-'));
  const port = await takeFreePort();
  const logFile = join(folder, 'log');
  const child = spawn(inject('emulatorPython') ?? '', ['-m', 'ministack.app'], {
    cwd: folder,
    env: { ...machine(folder), GATEWAY_PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the processes of its functions can be ended with it.
    detached: true,
  });
  if (child.pid !== undefined) recordServer(child.pid, 'emulator');
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child);
    log.end();
    await once(log, 'close');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, endpoint);
  } catch (thrown) {
    const words = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`The emulator did not start: ${words.slice(-2000)}`, { cause: thrown });
  }
  return {
    endpoint,
    client: clientOf(endpoint),
    pid: child.pid ?? 0,
    log: () => readFileSync(logFile, 'utf8'),
    stop,
  };
}

/** The functions run under the Node that runs this, which is the one of the deployed runtime. */
function machine(folder: string): Record<string, string> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  return {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    TMPDIR: temporary,
    BIND_HOST: '127.0.0.1',
    MINISTACK_REGION: region,
    AWS_SECRET_ACCESS_KEY: secretKey,
    // Identity policies, permission boundaries and resource policies count.
    AUTH: 'true',
    IOT_MTLS_ENABLED: '0',
    // A failed event is tried again after 0.1 s and 0.2 s instead of one minute and two.
    LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.1',
  };
}

function clientOf(endpoint: string): ClientOptions {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: secretKey },
    forcePathStyle: true,
  };
}

async function untilReady(child: ChildProcess, endpoint: string): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause(50);
  }
  throw new Error('it did not answer for 60 s');
}

/** The emulator first, then whatever is left of its group. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(tooLong);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}
