import { setTimeout as pause } from 'node:timers/promises';
import { RDSClient } from '@aws-sdk/client-rds';
import { Fault } from '../../../core/errors.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { assumeFailoverRole, whyNoRole, type SessionRight } from '../../failover-role.ts';
import { orderRefusal } from './refusals.ts';

/** Where AWS says "later" nothing was done, so that it may be asked again. */
const ATTEMPTS = 3;
const PAUSE_MS = 1000;

/** What is ordered, of what, and under which right. */
export type Order = { name: string; right: SessionRight; send(client: RDSClient): Promise<unknown> };

/**
 * Gives AWS an order in the name of the run, as the failover role, and never twice: only what AWS was too busy to take is asked
 * again. `refused` when it was not taken. Throws `timed_out` where nobody knows whether AWS heard it.
 */
export async function orderOnce(
  settings: CloudClient,
  access: CloudAccess,
  order: Order,
): Promise<{ taken: true } | { refused: string }> {
  const { failoverRole: roleArn, actingFor: runId } = access;
  if (roleArn === undefined) return { refused: whyNoRole(access) ?? '' };
  if (runId === undefined)
    throw new Fault('permission_denied', 'nothing is changed in the cloud but by an approved step');
  const credentials = await assumed(settings, { roleArn, runId }, order.right);
  if ('refused' in credentials) return credentials;
  // The client must not try again by itself: an answer that got lost is no reason to fail over twice.
  const client = new RDSClient({ ...settings, maxAttempts: 1, credentials });
  try {
    return await sendUntilHeard(client, order);
  } finally {
    client.destroy();
  }
}

async function assumed(settings: CloudClient, who: { roleArn: string; runId: string }, right: SessionRight) {
  try {
    return await assumeFailoverRole(settings, who, right);
  } catch (thrown) {
    const { name = '', message = '' } = thrown instanceof Error ? thrown : {};
    return { refused: `The failover role could not be assumed (${name}: ${message}).` };
  }
}

async function sendUntilHeard(client: RDSClient, order: Order): Promise<{ taken: true } | { refused: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after another
      await order.send(client);
      return { taken: true };
    } catch (thrown) {
      const { kind, sentence } = orderRefusal(thrown, order.name);
      if (kind === 'open') throw new Fault('timed_out', sentence, { cause: thrown });
      if (kind === 'not-done' || attempt === ATTEMPTS) return { refused: sentence };
      // oxlint-disable-next-line no-await-in-loop -- not all at the same moment
      await pause(PAUSE_MS * attempt * (0.5 + Math.random() / 2));
    }
  }
}
