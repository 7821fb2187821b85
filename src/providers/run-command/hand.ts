import { SSMClient } from '@aws-sdk/client-ssm';
import type { HostHand, HostOrder, HostResult } from '../../targets/host-hand.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { cloudClient, type CloudAccess } from '../cloud-access.ts';
import { whyNoRole } from '../failover-role.ts';
import { whyUnreadable } from '../pointer-refusal.ts';
import { became } from './became.ts';
import { commandOfRun, invocationOf, nodeOf, type Place } from './ask.ts';
import { send } from './send.ts';
import { whyUnreachable } from './words.ts';

/**
 * The agent of Systems Manager on hosts of one's own: it carries out one document there, which takes typed parameters and no other
 * text. https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
 */
export function openHand(spec: TargetSpec, access: CloudAccess): { hand: HostHand; close(): void } {
  const settings = cloudClient(spec, access);
  const client = settings && new SSMClient(settings);
  const place = (member: string): Place | { refused: string } => {
    const agent = spec.members.find(({ name }) => name === member)?.hands?.agent;
    if (!agent) return { refused: `nightshift.yaml names no agent on the host of ${member}.` };
    if (!client) return { refused: `no region is known for ${agent.node}: set targets.${spec.name}.region.` };
    return { client, settings, access, spec, agent };
  };
  const hand: HostHand = {
    look: async (member) => {
      const there = place(member);
      return { unfit: 'refused' in there ? there.refused : (whyNoRole(access) ?? (await unfitNow(there))) };
    },
    send: async (order, journal) => {
      const there = place(order.member);
      return 'refused' in there ? notDone(there.refused) : send(there, order, journal);
    },
    follow: async (order, begunAt, journal) => {
      const there = place(order.member);
      if ('refused' in there) return notDone(there.refused);
      // Only `send` writes it.
      const written = (await journal.read()) as { command?: string } | null;
      return follow(there, order, Date.parse(begunAt), written?.command);
    },
  };
  return { hand, close: () => client?.destroy() };
}

async function unfitNow(place: Place): Promise<string | null> {
  try {
    return whyUnreachable(place.agent.node, await nodeOf(place));
  } catch (thrown) {
    const { node } = place.agent;
    const refused = whyUnreadable(thrown, {
      right: 'ssm:DescribeInstanceInformation',
      on: node,
      absent: whyUnreachable(node, undefined) ?? '',
    });
    if (refused === undefined) throw thrown;
    return refused;
  }
}

async function follow(place: Place, order: HostOrder, begunAtMs: number, known?: string): Promise<HostResult> {
  const command = known ?? (await commandOfRun(place, begunAtMs));
  const invocation = command === undefined ? undefined : await invocationOf(place, command);
  const afterMs = place.access.now() - begunAtMs;
  return became(order, { command, invocation, document: place.agent.document, node: place.agent.node, afterMs });
}

function notDone(why: string): HostResult {
  return { ended: 'not-done', why, evidence: [], left: [] };
}
