import type { InstanceInformation } from '@aws-sdk/client-ssm';
import type { RefusalWords } from '../order-refusal.ts';
import { whyForbidden } from '../pointer-refusal.ts';

/** Pure: what the list of steps says while the agent is at work. */
export function workingWords(member: string): string {
  return `the agent on the host of ${member} stops it, keeps its log of writes and makes it a standby`;
}

/** Pure: why the agent of a host cannot be reached at this moment; null where it can. */
export function whyUnreachable(node: string, seen: InstanceInformation | undefined): string | null {
  if (!seen)
    return `no agent is registered as ${node} in Systems Manager: install the SSM agent on that host, with a role that has AmazonSSMManagedInstanceCore, or mend the id.`;
  if (seen.PlatformType !== undefined && seen.PlatformType !== 'Linux')
    return `${node} runs ${seen.PlatformType}, and the document is for Linux.`;
  if (seen.PingStatus === 'Online') return null;
  const last = seen.LastPingDateTime === undefined ? '' : `, last heard of at ${seen.LastPingDateTime.toISOString()}`;
  return `the agent of ${node} is ${seen.PingStatus ?? 'silent'}${last}: start it on that host (systemctl start amazon-ssm-agent).`;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html#API_SendCommand_Errors */
export function sendWords(document: string): RefusalWords {
  return [
    [
      /^InvalidInstanceId/,
      (node) =>
        `the agent of ${node} is not registered or not running: see that amazon-ssm-agent runs there and reaches Systems Manager`,
    ],
    [
      /^InvalidDocument/,
      () =>
        `there is no document ${document} in this region: make it of infra/postgresql/nightshift-rejoin.document.json`,
    ],
    [
      /^InvalidParameters/,
      () =>
        `the document ${document} takes other parameters: make it anew of infra/postgresql/nightshift-rejoin.document.json`,
    ],
    [/^UnsupportedPlatformType/, (node) => `the document ${document} is not for the system of ${node}`],
    [
      /^MaxDocumentSizeExceeded|^DuplicateInstanceId|^InvalidRole|^InvalidNotificationConfig|^InvalidOutputFolder|^ValidationException/,
      (node) => `Systems Manager does not take the order for ${node}`,
    ],
    [/AccessDenied|NotAuthorized/, (node) => whyForbidden('ssm:SendCommand', `${document} and ${node}`)],
  ];
}
