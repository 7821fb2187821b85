import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import { apologise, sorry, type Log } from './apology.ts';
import { createBoltSocket, refusalOf, type BoltSocket } from './bolt-socket.ts';
import type { BotIdentity, Listeners } from './bolt.ts';
import type { DoorAnswers } from './door-options.ts';
import { inTime } from './in-time.ts';
import { listenersOf } from './listeners.ts';

export type SocketDoorOptions = DoorAnswers & {
  /** An app-level token with the scope connections:write. */
  appToken: string;
  authorize: () => Promise<BotIdentity>;
};

/** The door through which Slack comes without an address of ours. */
export type SocketDoor = {
  /**
   * Resolves when Slack can send. Waits as long as Slack cannot be reached; throws `permission_denied` when it refuses the
   * token.
   */
  open(): Promise<void>;
  /** How many connections are up. */
  connections(): number;
  /** Lets what was taken be answered, then closes; a few seconds at most. */
  close(): Promise<void>;
};

/** Slack renews every connection now and then, and sends through any other meanwhile; it allows ten. */
const CONNECTIONS = 2;
const HELLO_WITHIN_MS = 15_000;
const ANSWERS_WITHIN_MS = 3_000;
const CLOSED_WITHIN_MS = 1_000;
/** A connection that held this long was a good one. */
const GOOD_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;

export function createSocketDoor(options: SocketDoorOptions): SocketDoor {
  const listeners = listenersOf(options);
  const lines = Array.from({ length: CONNECTIONS }, () => createLine(options, listeners));
  return {
    open: () => Promise.any(lines.map((line) => line.keep())).catch(firstReason),
    connections: () => lines.filter((line) => line.isUp()).length,
    async close() {
      await Promise.all(lines.map((line) => line.end()));
    },
  };
}

function firstReason(thrown: unknown): never {
  throw thrown instanceof AggregateError ? thrown.errors[0] : thrown;
}

type Line = { keep(): Promise<void>; isUp(): boolean; end(): Promise<void> };

/** One connection after the other; the next is opened as soon as one has ended. */
function createLine(options: SocketDoorOptions, listeners: Listeners): Line {
  const { log } = options;
  const working = new Set<Promise<void>>();
  const ended = new AbortController();
  let current: BoltSocket | undefined;
  let up = false;
  async function keep(first: PromiseWithResolvers<void>): Promise<void> {
    for (let failures = 0; !ended.signal.aborted;) {
      const startedMs = Date.now();
      current = socketOf(options, listeners, working);
      const lost = await hold(current, log, () => {
        up = true;
        first.resolve();
      });
      up = false;
      if (ended.signal.aborted) return;
      if (lost.refused !== undefined) first.reject(refused(lost.refused));
      log({ level: 'warn', message: 'a connection to Slack ended', reason: lost.reason });
      failures = Date.now() - startedMs > GOOD_MS ? 0 : failures + 1;
      await pause(waitMs(failures), undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }
  return {
    keep() {
      const first = Promise.withResolvers<void>();
      void keep(first);
      return first.promise;
    },
    isUp: () => up,
    async end() {
      await inTime(idle(working), ANSWERS_WITHIN_MS);
      ended.abort();
      if (current) await inTime(current.close(), CLOSED_WITHIN_MS);
    },
  };
}

function socketOf(
  { appToken, authorize, apiUrl, log }: SocketDoorOptions,
  listeners: Listeners,
  working: Set<Promise<void>>,
): BoltSocket {
  return createBoltSocket({
    appToken,
    authorize,
    ...(apiUrl === undefined ? {} : { apiUrl }),
    listeners,
    apologise: async (body, thrown) => wordsOf(await apologise(body, sorry(original(thrown), log))),
    onRequest: (work) => {
      const counted = work.catch(() => undefined).finally(() => working.delete(counted));
      working.add(counted);
    },
  });
}

async function idle(working: ReadonlySet<Promise<void>>): Promise<void> {
  while (working.size > 0) await Promise.all(working);
}

/** One connection from its beginning to its end, and why it ended. */
async function hold(socket: BoltSocket, log: Log, onUp: () => void): Promise<{ reason: string; refused?: string }> {
  try {
    const hello = await inTime(socket.connect(), HELLO_WITHIN_MS);
    if ('late' in hello) {
      hello.late.catch(() => undefined);
      socket.close().catch(() => undefined);
      return { reason: 'Slack said no hello' };
    }
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    const reason = thrown instanceof Error ? thrown.message : 'the connection could not be made';
    return refusal === undefined ? { reason } : { reason, refused: refusal };
  }
  onUp();
  log({ level: 'info', message: 'connected to Slack' });
  return { reason: await socket.ended };
}

function refused(reason: string): Fault {
  const fix = 'it has to be an app-level token (xapp-…) with the scope connections:write of an app with Socket Mode';
  return new Fault('permission_denied', `Slack refuses SLACK_APP_TOKEN (${reason}): ${fix}.`);
}

/** None after a good connection, then doubling from half a second, with a little chance so that not all come at once. */
function waitMs(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(failures, 10)) * (0.75 + Math.random() / 2);
}

/** Bolt wraps what a listener threw. */
function original(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'original' in thrown ? thrown.original : thrown;
}

function wordsOf({ body }: { body: string }): object | undefined {
  return body === '' ? undefined : (JSON.parse(body) as object);
}
