import type { JsonObject } from '../json-fields.ts';
import { LIMITS } from '../limits.ts';
import type { Workspace } from '../workspace.ts';
import { envelopeOf } from '../socket/envelope.ts';
import { functionUrlEvent } from './function-url.ts';
import type { FunctionUrlResult, SlackRequest } from './function-url.ts';

/** Slack's own words for an app that did not answer in time, or answered anything but 2xx. */
export type DeliveryError = 'operation_timeout' | 'dispatch_failed';
export type Delivery = { body: string } | { error: DeliveryError; noRetry: boolean };

/** Sends one request through the door, signed, or through a socket, and waits for its acknowledgement, at most as long as Slack does. */
export async function deliver(workspace: Workspace, request: SlackRequest): Promise<Delivery> {
  const { options, clock } = workspace;
  const patience = deadline(options.acknowledgeWithinMs ?? LIMITS.acknowledgeMs);
  try {
    const answer =
      options.appToken === undefined
        ? knock(workspace, functionUrlEvent(request, options.signingSecret, clock()))
        : send(workspace, request);
    return await Promise.race([answer, patience.passed]);
  } finally {
    patience.stop();
  }
}

async function knock({ options }: Workspace, event: ReturnType<typeof functionUrlEvent>): Promise<Delivery> {
  try {
    if (options.door === undefined) return { error: 'dispatch_failed', noRetry: false };
    const result = await options.door(event);
    return result.statusCode >= 200 && result.statusCode < 300
      ? { body: bodyOf(result) }
      : { error: 'dispatch_failed', noRetry: header(result, 'x-slack-no-retry') === '1' };
  } catch {
    return { error: 'dispatch_failed', noRetry: false }; // a function URL answers 502 for a handler that throws
  }
}

async function send({ sockets }: Workspace, request: SlackRequest): Promise<Delivery> {
  const answer: JsonObject | undefined = await sockets.send(envelopeOf(request));
  if (answer === undefined) return { error: 'dispatch_failed', noRetry: false };
  return { body: Object.keys(answer).length === 0 ? '' : JSON.stringify(answer) };
}

function deadline(ms: number): { passed: Promise<Delivery>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const timer = setTimeout(() => resolve({ error: 'operation_timeout', noRetry: false }), ms);
  return { passed: promise, stop: () => clearTimeout(timer) };
}

function bodyOf({ body, isBase64Encoded }: FunctionUrlResult): string {
  return isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
}

function header({ headers }: FunctionUrlResult, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}
