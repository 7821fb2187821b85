import { Fault } from '../core/errors.ts';
import { apologise, sorry, type Log } from './apology.ts';
import { createBolt, type BotIdentity } from './bolt.ts';
import type { DoorOptions } from './door-options.ts';
import { bare, type FunctionUrlResult } from './function-url.ts';
import { listenersOf } from './listeners.ts';
import { readBody } from './requests.ts';
import { createSeenRequests } from './seen-requests.ts';
import { clockWindowSeconds, verifyRequest, type SignedRequest } from './verify.ts';

export type { DoorOptions, FormAnswer } from './door-options.ts';
export type { DoorAnswer } from './spoken.ts';
export type SlackDoor = (event: unknown, context?: unknown) => Promise<FunctionUrlResult>;

/** A signature is good for five minutes to both sides of our clock; it is remembered a little longer. */
const REPLAY_SECONDS = 2 * clockWindowSeconds + 300;

/**
 * The Slack function: verifies, and answers within 3 s whatever happens. Unsigned requests get 401, and so do those that this
 * process has seen before; what another process has seen is found out by the claim of whatever has an effect. Everything that
 * Slack signed gets 200 with words, never 404 or 500. On Lambda what is late goes on when the function is
 * next awake, so whoever answers starts its run before anything slow.
 */
export function createSlackDoor(options: DoorOptions): SlackDoor {
  const receive = createBolt({
    authorize: () => authorized(options),
    ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
    listeners: listenersOf(options),
  });
  const seen = createSeenRequests(REPLAY_SECONDS);
  return async (event) => {
    let body: unknown;
    try {
      const secrets = options.signingSecrets;
      const verified = verifyRequest(event, typeof secrets === 'function' ? await secrets() : secrets, options.now());
      if ('sslCheck' in verified) return bare(200);
      if ('refused' in verified) return refuse(options.log, verified.refused);
      body = readBody(verified.body);
      // Named here, because a parser's own complaint quotes the body.
      if (body === undefined) throw new Fault('invalid_request', 'The request could not be read.');
      if (!seen.first(verified.requestKey, options.now())) return refuse(options.log, 'replayed');
      return await received(receive, verified);
    } catch (thrown) {
      return apologise(body, sorry(thrown, options.log));
    }
  };
}

function refuse(log: Log, reason: string): FunctionUrlResult {
  log({ level: 'warn', message: 'refused a request to the Slack function', reason });
  return bare(401);
}

async function received(
  receive: (request: SignedRequest) => Promise<FunctionUrlResult>,
  request: SignedRequest,
): Promise<FunctionUrlResult> {
  const result = await receive(request);
  if (result.statusCode === 200) return result;
  throw new Fault('unsupported', `This kind of request is not known here (${result.statusCode}).`);
}

async function authorized(options: DoorOptions): Promise<BotIdentity> {
  try {
    return await options.authorize();
  } catch (thrown) {
    options.log({ level: 'error', message: 'the bot token could not be had', reason: nameOf(thrown) });
    throw thrown;
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'unknown';
}
