import { App, LogLevel, SocketModeReceiver, type AckFn, type ReceiverEvent } from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import { Fault } from '../core/errors.ts';
import { listen, type BoltOptions } from './bolt.ts';
import { clientOptions } from './post.ts';
import { quiet } from './quiet-logger.ts';
import { classify } from './sent.ts';

/** One WebSocket to Slack, without any will of its own. */
export type BoltSocket = {
  /** Resolves when Slack has said hello. Rejects with what Slack or the network answered. */
  connect(): Promise<void>;
  /** Resolves when the connection has ended, whoever ended it. */
  closed(): Promise<void>;
  /** Resolves when every request that was taken is acknowledged. */
  idle(): Promise<void>;
  close(): Promise<void>;
};
export type BoltSocketOptions = BoltOptions & {
  appToken: string;
  /** What is acknowledged where a listener failed, or where nobody knows this kind of request. */
  apologise(body: unknown, thrown: unknown): Promise<object | undefined>;
};

/**
 * Real Bolt behind Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode. Nothing is signed here, because the
 * connection itself was opened with our token. Its client would reconnect by itself, but five seconds late, and it lets the
 * process die of a rejection that nobody can catch when Slack does not answer then; so whoever holds the socket connects again.
 */
export function createBoltSocket(options: BoltSocketOptions): BoltSocket {
  const web = clientOptions(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }, 0);
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    autoReconnectEnabled: false,
    logger: quiet,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: web },
  });
  const app = new App({ receiver, authorize: options.authorize, clientOptions: web, logger: quiet, convoStore: false });
  listen(app, options.listeners);
  const processEvent = app.processEvent.bind(app);
  const working = new Set<Promise<void>>();
  app.processEvent = (event) => {
    const work = answered(processEvent, event, options.apologise).finally(() => working.delete(work));
    working.add(work);
    return work;
  };
  return {
    ...connection(receiver.client),
    async idle() {
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

function connection(client: SocketModeReceiver['client']): Omit<BoltSocket, 'idle'> {
  let ended = Promise.withResolvers<void>();
  client.on('disconnected', () => ended.resolve());
  return {
    async connect() {
      ended = Promise.withResolvers<void>();
      await client.start();
    },
    closed: () => ended.promise,
    close: () => client.disconnect(),
  };
}

/** Every envelope is acknowledged, with words where nothing else can be said. */
async function answered(
  processEvent: (event: ReceiverEvent) => Promise<void>,
  event: ReceiverEvent,
  apologise: BoltSocketOptions['apologise'],
): Promise<void> {
  let isAnswered = false;
  const ack: AckFn<unknown> = async (answer) => {
    isAnswered = true;
    await event.ack(answer);
  };
  try {
    await processEvent({ ...event, ack });
    if (!isAnswered) await event.ack(await apologise(event.body, unknownKind));
  } catch (thrown) {
    const answer = await apologise(event.body, thrown);
    if (!isAnswered) await event.ack(answer);
  }
}

const unknownKind = new Fault('unsupported', 'This kind of request is not known here.');

/** Why Slack refuses the token for good, or undefined when another try may go better. */
export function refusalOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof WebAPIPlatformError)) return undefined;
  const meaning = classify(thrown, true);
  return 'permanent' in meaning ? meaning.permanent : undefined;
}
