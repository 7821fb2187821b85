import { SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Fault } from '../../core/errors.ts';
import type { StepJournal } from '../../core/operation.ts';
import type { HostOrder, HostResult } from '../../targets/host-hand.ts';
import { accountOf, partitionOf } from '../failover-role.ts';
import { orderOnce } from '../order-once.ts';
import type { Place } from './ask.ts';
import { sendWords, workingWords } from './words.ts';

/** An agent that has not taken it after this never does: it must not begin hours later. https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
const DELIVERY_SECONDS = 120;

/** Sends the document to the one host, in the name of the run, once. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export async function send(place: Place, order: HostOrder, journal: StepJournal): Promise<HostResult> {
  const { settings, access, agent } = place;
  if (!settings) throw new Fault('unsupported', `no region is known for ${agent.node}`);
  let command = '';
  const answer = await orderOnce(settings, access, {
    name: agent.node,
    runId: access.actingFor,
    right: { action: 'ssm:SendCommand', resources: resourcesOf(place, settings.region) },
    client: (made) => new SSMClient(made),
    send: async (client) => {
      // Where somebody has said meanwhile that nothing was done, this throws, and nothing is sent.
      await journal.write({ sending: agent.node });
      ({ Command: { CommandId: command = '' } = {} } = await client.send(commandFor(place, order)));
    },
    words: sendWords(agent.document),
  });
  if ('refused' in answer) return { ended: 'not-done', why: answer.refused, evidence: [], left: [] };
  await journal.write({ command });
  return { ended: 'under-way', phase: workingWords(order.member) };
}

function commandFor({ access, spec, agent }: Place, { member, primary, slot }: HostOrder): SendCommandCommand {
  const followed = spec.members.find(({ name }) => name === primary);
  if (!followed) throw new Fault('invalid_request', `${spec.name} has no server ${primary}`);
  const { actingFor: runId = '' } = access;
  return new SendCommandCommand({
    DocumentName: agent.document,
    InstanceIds: [agent.node],
    TimeoutSeconds: DELIVERY_SECONDS,
    Comment: `nightshift ${runId}`.slice(0, 100),
    Parameters: {
      Run: [runId],
      Target: [spec.name],
      Member: [member],
      Primary: [primary],
      PrimaryHost: [followed.host],
      PrimaryPort: [String(followed.port)],
      ...(slot === undefined ? {} : { Slot: [slot] }),
    },
  });
}

/** The one document and the one host: a managed node of another kind has another ARN. */
function resourcesOf({ access, agent: { node, document } }: Place, region: string): string[] {
  const at = (service: string, what: string) =>
    `arn:${partitionOf(access)}:${service}:${region}:${accountOf(access)}:${what}`;
  const host = node.startsWith('mi-') ? at('ssm', `managed-instance/${node}`) : at('ec2', `instance/${node}`);
  return [at('ssm', `document/${document}`), host];
}
