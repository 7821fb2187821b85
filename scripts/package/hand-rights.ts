import type { Config } from '../../src/config/config.ts';
import type { Template } from './cloudformation.ts';
import type { Right } from './right.ts';

/** What an agent on hosts of one's own is asked and given orders by (src/providers/run-command/). */
export const handActions = [
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  'ssm:ListCommands',
  'ssm:SendCommand',
] as const;

type Agent = { region: string; node: string; document: string };

/** The hosts with an agent that a config names, each once. */
export function agentsIn({ targets }: Pick<Config, 'targets'>): Agent[] {
  const all = targets.flatMap(({ members, region = '${AWS::Region}' }) =>
    members.flatMap(({ hands }) => (hands?.agent ? [{ region, ...hands.agent }] : [])),
  );
  return [...new Map(all.map((one) => [[one.region, one.node, one.document].join(' '), one])).values()];
}

/**
 * What `run` may ask of them. None of these can be narrowed:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function asksAgents(config: Pick<Config, 'targets'>): Right[] {
  if (agentsIn(config).length === 0) return [];
  return [
    {
      actions: ['ssm:DescribeInstanceInformation', 'ssm:GetCommandInvocation', 'ssm:ListCommands'],
      resources: ['*'],
      why: 'whether agents on hosts of your own are there, and what became of what they were sent',
    },
  ];
}

/** A session for another verb may not send anything to a host. */
const BY_REJOIN = { 'aws:PrincipalTag/nightshift:run': `rejoin-${'?'.repeat(40)}` };

/** What the failover role may send: the documents of the config, to the hosts of the config. */
export function sendsToAgents(config: Pick<Config, 'targets'>): Template[] {
  const agents = agentsIn(config);
  if (agents.length === 0) return [];
  const documents = agents.map(({ region, document }) => arn('ssm', region, `document/${document}`));
  const resources = [...new Set([...documents, ...agents.map(hostArn)])];
  return [
    {
      Sid: 'RejoinByAgents',
      Effect: 'Allow',
      Action: ['ssm:SendCommand'],
      Resource: resources.map((resource) => ({ 'Fn::Sub': resource })),
      Condition: { StringLike: BY_REJOIN },
    },
  ];
}

/** A managed node of another kind has another ARN. */
function hostArn({ region, node }: Agent): string {
  return node.startsWith('mi-')
    ? arn('ssm', region, `managed-instance/${node}`)
    : arn('ec2', region, `instance/${node}`);
}

function arn(service: string, region: string, what: string): string {
  return `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${what}`;
}
