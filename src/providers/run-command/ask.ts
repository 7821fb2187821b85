import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandsCommand,
  type GetCommandInvocationResult,
  type InstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { AgentSpec, TargetSpec } from '../../targets/spec.ts';
import type { CloudAccess, CloudClient } from '../cloud-access.ts';

/** A host with its agent, and who asks. */
export type Place = {
  client: SSMClient;
  settings: CloudClient | undefined;
  access: CloudAccess;
  spec: TargetSpec;
  agent: AgentSpec;
};

/** Undefined where no agent of that id is registered. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export async function nodeOf({ client, agent: { node } }: Place): Promise<InstanceInformation | undefined> {
  const asked = new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [node] }] });
  const { InstanceInformationList: found = [] } = await client.send(asked);
  return found.find(({ InstanceId }) => InstanceId === node);
}

/** The clock of AWS may be behind ours. */
const CLOCKS_APART_MS = 300_000;

/** SendCommand knows no token: what this run has sent is known by the run's id among its parameters. Undefined where there is none. */
export async function commandOfRun({ client, access, agent }: Place, begunAtMs: number): Promise<string | undefined> {
  const runId = access.settlingFor ?? access.actingFor;
  const Filters = [
    { key: 'InvokedAfter' as const, value: new Date(begunAtMs - CLOCKS_APART_MS).toISOString() },
    { key: 'DocumentName' as const, value: agent.document },
  ];
  let NextToken: string | undefined;
  do {
    const more = NextToken === undefined ? {} : { NextToken };
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const page = await client.send(new ListCommandsCommand({ InstanceId: agent.node, Filters, ...more }));
    const found = page.Commands?.find(({ Parameters }) => runId !== undefined && Parameters?.['Run']?.[0] === runId);
    if (found?.CommandId !== undefined) return found.CommandId;
    ({ NextToken } = page);
  } while (NextToken !== undefined && NextToken !== '');
  return undefined;
}

/** Undefined where AWS does not show it yet, right after it was sent. */
export async function invocationOf(
  { client, agent: { node } }: Place,
  command: string,
): Promise<GetCommandInvocationResult | undefined> {
  try {
    return await client.send(new GetCommandInvocationCommand({ CommandId: command, InstanceId: node }));
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'InvocationDoesNotExist') return undefined;
    throw thrown;
  }
}
