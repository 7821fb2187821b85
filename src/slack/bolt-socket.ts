import { App, LogLevel, SocketModeReceiver, type AckFn, type ReceiverEvent } from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import { listen, type BoltOptions } from './bolt.ts';
import { clientOptions } from './client-options.ts';
import { quiet } from './quiet-logger.ts';
import { classify } from './thrown.ts';

/** One WebSocket to Slack, good for one connection. */
export type BoltSocket = {
  /** Resolves when Slack has said hello. Rejects with what Slack or the network answered. */
  connect(): Promise<void>;
  /** Resolves with the reason as soon as nothing comes through this connection any more. */
  ended: Promise<string>;
  close(): Promise<void>;
};
export type BoltSocketOptions = BoltOptions & {
  appToken: string;
  /** What is acknowledged where a listener failed, or where nobody knows this kind of request. */
  apologise(body: unknown, thrown: unknown): Promise<object | undefined>;
  /** Told of each request that was taken; the work ends when it is acknowledged. */
  onRequest(work: Promise<void>): void;
};

/**
 * Real Bolt behind Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode. Nothing is signed here, because the
 * connection itself was opened with our token. Bolt's client would connect again by itself, but seconds late, and it lets the
 * process die of a rejection that nobody can catch when Slack does not answer then (decision 013); so whoever holds the socket
 * makes another one.
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
  app.processEvent = (event) => {
    const work = answered(processEvent, event, options.apologise);
    options.onRequest(work);
    return work;
  };
  const { client } = receiver;
  return {
    connect: async () => void (await client.start()),
    ended: endOf(client),
    close: () => client.disconnect(),
  };
}

/**
 * Slack announces the end of a connection, and then leaves the closing handshake to time out; so its announcement is the end.
 */
function endOf(client: SocketModeReceiver['client']): Promise<string> {
  return new Promise((resolve) => {
    client.once('disconnected', () => resolve('closed by Slack or by the network'));
    client.on('ws_message', (data: unknown) => {
      const reason = announcedEnd(data);
      if (reason !== undefined) resolve(reason);
    });
  });
}

const Disconnect = z.object({ type: z.literal('disconnect'), reason: z.string().default('no reason given') });

function announcedEnd(data: unknown): string | undefined {
  if (typeof data !== 'string' || !data.includes('"disconnect"')) return undefined;
  try {
    const message = Disconnect.safeParse(JSON.parse(data));
    return message.success ? `Slack ends it: ${message.data.reason}` : undefined;
  } catch {
    return undefined;
  }
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
