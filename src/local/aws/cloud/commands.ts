import {
  DescribeInstanceInformation$,
  GetCommandInvocation$,
  ListCommands$,
  SendCommand$,
  type Command,
  type DescribeInstanceInformationRequest,
  type DescribeInstanceInformationResult,
  type GetCommandInvocationRequest,
  type GetCommandInvocationResult,
  type ListCommandsRequest,
  type ListCommandsResult,
  type SendCommandRequest,
  type SendCommandResult,
} from '@aws-sdk/client-ssm';
import { carryOut, scriptOf } from './command-document.ts';
import type { CloudModel, SentCommand } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What Systems Manager answers of commands; the document's program is really run. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const commandOperations: CloudOperations = {
  DescribeInstanceInformation: operation<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>(
    DescribeInstanceInformation$,
    describe,
  ),
  SendCommand: operation<SendCommandRequest, SendCommandResult>(SendCommand$, send),
  ListCommands: operation<ListCommandsRequest, ListCommandsResult>(ListCommands$, list),
  GetCommandInvocation: operation<GetCommandInvocationRequest, GetCommandInvocationResult>(GetCommandInvocation$, get),
};

function describe({ Filters = [] }: DescribeInstanceInformationRequest, model: CloudModel, nowMs: number) {
  const wanted = Filters.find(({ Key }) => Key === 'InstanceIds')?.Values ?? Object.keys(model.hosts);
  const InstanceInformationList = wanted.flatMap((InstanceId) => {
    const host = model.hosts[InstanceId];
    if (!host) return [];
    const { ping: PingStatus, platform: PlatformType = 'Linux' } = host;
    return [{ InstanceId, PingStatus, PlatformType, LastPingDateTime: new Date(nowMs) }];
  });
  return { InstanceInformationList };
}

function send(request: SendCommandRequest, model: CloudModel, nowMs: number): SendCommandResult {
  const { DocumentName = '', InstanceIds: [node = ''] = [], Parameters = {}, TimeoutSeconds = 3600 } = request;
  const host = model.hosts[node];
  if (!host)
    throw new CloudRefusal('InvalidInstanceId', `Instances [[${node}]] not in a valid state for account 123456789012`);
  const document = model.documents[DocumentName];
  if (document === undefined)
    throw new CloudRefusal('InvalidDocument', `Document with name ${DocumentName} does not exist.`);
  if (host.platform === 'Windows')
    throw new CloudRefusal('UnsupportedPlatformType', 'The document does not support it.');
  const script = scriptOf(document, Parameters);
  const CommandId = `00000000-0000-4000-8000-${String(model.commands.length + 1).padStart(12, '0')}`;
  const { Comment = '' } = request;
  const asked = {
    CommandId,
    DocumentName,
    Comment,
    Parameters,
    InstanceIds: [node],
    RequestedDateTime: new Date(nowMs),
  };
  const command: SentCommand = {
    asked,
    node,
    details: 'Pending',
    stdout: '',
    stderr: '',
    code: -1,
    over: Promise.resolve(),
  };
  model.commands.push(command);
  if (host.fate !== undefined) command.details = host.fate;
  else if (host.ping === 'Online') command.over = carryOut(command, script, host);
  else command.undeliveredAtMs = nowMs + TimeoutSeconds * 1000;
  return { Command: { ...asked, Status: 'Pending', StatusDetails: 'Pending' } };
}

function list({ InstanceId, Filters = [] }: ListCommandsRequest, model: CloudModel, nowMs: number): ListCommandsResult {
  const filter = (key: string) => Filters.find((one) => one.key === key)?.value;
  const after = Date.parse(filter('InvokedAfter') ?? '1970-01-01T00:00:00Z');
  const Commands = model.commands
    .filter(({ node }) => InstanceId === undefined || node === InstanceId)
    .filter(({ asked }) => asked.RequestedDateTime.getTime() > after)
    .filter(({ asked }) => (filter('DocumentName') ?? asked.DocumentName) === asked.DocumentName)
    .map((command): Command => {
      const { Status, StatusDetails } = statusOf(command, nowMs);
      // A command to several hosts is never delayed.
      return { ...command.asked, Status: Status === 'Delayed' ? 'InProgress' : Status, StatusDetails };
    });
  return { Commands };
}

function get(
  { CommandId, InstanceId }: GetCommandInvocationRequest,
  model: CloudModel,
  nowMs: number,
): GetCommandInvocationResult {
  const found = model.commands.find(({ asked, node }) => asked.CommandId === CommandId && node === InstanceId);
  if (!found) throw new CloudRefusal('InvocationDoesNotExist', '');
  const { asked, node, stdout, stderr, code } = found;
  const said = { StandardOutputContent: stdout, StandardErrorContent: stderr, ResponseCode: code };
  const { CommandId: id, DocumentName, Comment } = asked;
  return { CommandId: id, InstanceId: node, DocumentName, Comment, ...said, ...statusOf(found, nowMs) };
}

type Status = NonNullable<GetCommandInvocationResult['Status']>;

/** Several details are one status: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
function statusOf({ details, undeliveredAtMs }: SentCommand, nowMs: number): { Status: Status; StatusDetails: string } {
  const StatusDetails = undeliveredAtMs !== undefined && nowMs >= undeliveredAtMs ? 'DeliveryTimedOut' : details;
  if (StatusDetails.endsWith('TimedOut')) return { Status: 'TimedOut', StatusDetails };
  const plain: readonly string[] = ['Pending', 'InProgress', 'Delayed', 'Success', 'Cancelled', 'Cancelling', 'Failed'];
  return { Status: plain.includes(StatusDetails) ? (StatusDetails as Status) : 'Failed', StatusDetails };
}
