import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import type { CloudAccess, CloudClient } from './cloud-access.ts';
import {
  assumeRole,
  failoverRoleOf,
  type AssumedRole,
  type SessionCredentials,
  type SessionRight,
} from './failover-role.ts';
import { orderRefusal, type RefusalWords } from './order-refusal.ts';

/** Where AWS says "later" nothing was done, so that it may be asked again. */
const ATTEMPTS = 3;
const PAUSE_MS = 1000;

type Client = { destroy(): void };

/** What the client of an order is made with. It must not try again by itself: an answer that got lost is no reason to order twice. */
export type OrderSettings = CloudClient & { maxAttempts: 1; credentials: SessionCredentials };

/** What is ordered, of what, in the name of which run, and under which right. */
export type Order<C extends Client> = {
  name: string;
  /** Undefined where one only looks: then nothing is ordered. */
  runId: string | undefined;
  right: SessionRight;
  client(settings: OrderSettings): C;
  send(client: C): Promise<unknown>;
  /** What the service's own codes mean. */
  words: RefusalWords;
};

export type OrderAnswer = { taken: true } | { refused: string };

/**
 * Gives AWS an order in the name of the run, as the failover role, and never twice: only what AWS was too busy to take is asked
 * again. `refused` when it was not taken. Throws `timed_out` where nobody knows whether AWS heard it.
 */
export function orderOnce<C extends Client>(
  settings: CloudClient,
  access: CloudAccess,
  order: Order<C>,
): Promise<OrderAnswer> {
  return orderAs(failoverRoleOf(access), settings, order);
}

/** The same as another role. */
export async function orderAs<C extends Client>(
  role: AssumedRole,
  settings: CloudClient,
  order: Order<C>,
): Promise<OrderAnswer> {
  const { runId } = order;
  if (role.arn === undefined) return { refused: role.whyNone };
  if (runId === undefined)
    throw new Fault('permission_denied', 'nothing is changed in the cloud but by an approved step');
  const credentials = await assumed(settings, role, runId, order.right);
  if ('refused' in credentials) return credentials;
  const client = order.client({ ...settings, maxAttempts: 1, credentials });
  try {
    return await sendUntilHeard(client, order);
  } finally {
    client.destroy();
  }
}

async function assumed(
  settings: CloudClient,
  { name: role, arn: roleArn = '' }: AssumedRole,
  runId: string,
  right: SessionRight,
) {
  try {
    return await assumeRole(settings, { roleArn, runId }, right);
  } catch (thrown) {
    const { name = '', message = '' } = thrown instanceof Error ? thrown : {};
    return { refused: `The ${role} could not be assumed (${name}: ${message}).` };
  }
}

async function sendUntilHeard<C extends Client>(client: C, order: Order<C>): Promise<OrderAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after another
      await order.send(client);
      return { taken: true };
    } catch (thrown) {
      const { kind, sentence } = orderRefusal(thrown, order);
      if (kind === 'open') throw new Fault('timed_out', sentence, { cause: thrown });
      if (kind === 'not-done' || attempt === ATTEMPTS) return { refused: sentence };
      // oxlint-disable-next-line no-await-in-loop -- not all at the same moment
      await pause(PAUSE_MS * attempt * (0.5 + Math.random() / 2));
    }
  }
}
