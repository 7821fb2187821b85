import type { Config } from '../../src/config/config.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { GENERATED } from '../generate/markdown.ts';
import { FAILOVER_TAG, failoverActions, RUN_TAG } from './assumed-roles.ts';
import { rightsOf, type Right } from './rights.ts';
import { agentsIn } from './hand-rights.ts';
import { pointersIn } from './pointer-rights.ts';
import { roleId } from './roles.ts';

/** docs/permissions.md: what every role may do, on what, and why. */
export function permissionsPage(config: Config): GeneratedFile {
  const sections = Object.entries(rightsOf(config)).map(([name, { calls, platform }]) =>
    section(name, calls, platform),
  );
  const text = [GENERATED, HEAD, ...sections, assumedPart(config), REST].join('\n\n');
  return { path: 'docs/permissions.md', text: `${text}\n` };
}

const HEAD = `# Permissions

One role for each function. What a function may call is computed from its bundle: a test compares the commands that the code in
the bundle gives to the clients of AWS with the statements of the packaged template, both ways. No action is a wildcard, and
nothing but the function URL of \`slack\` is public; that one verifies Slack's signature.

\`<stage>\` is the stage of the deployment. Every role has the boundary \`nightshift-<stage>-boundary\`: the actions of this page,
and none beside them, whatever is written into a role's policy later.`;

function assumedPart(config: Config): string {
  return `${ASSUMED}

${pointerPart(config)}

${agentPart(config)}`;
}

/** The statements of the config's own agents, or how they would read. */
function agentPart(config: Config): string {
  const named = [...new Set(agentsIn(config).map(({ node }) => node))].map(code).join(', ');
  return `${AGENTS} ${named === '' ? 'This config names none, and so no role has these rights.' : `This config names ${named}.`}`;
}

/** The statements of the config's own pointers, or how they would read. */
function pointerPart(config: Config): string {
  const { records, parameters } = pointersIn(config);
  const named = [...records, ...parameters].map(({ name }) => code(name)).join(', ');
  const now = named === '' ? 'This config names none, and so no role has these rights.' : `This config names ${named}.`;
  return `${POINTERS} ${now}`;
}

const ASSUMED = `## Roles that are assumed

| role | may be assumed by | may |
|---|---|---|
| \`nightshift-<stage>-operator\` | \`run\`, with the session tag \`${RUN_TAG}\` = the id of the run | make snapshots whose names begin with \`nightshift-\`, of RDS, Aurora and ElastiCache; bring copies of them to the places of \`backup.copyTo\`, with keys through RDS alone; in a restore, make instances, clusters and groups of that name of snapshots, or of a moment |
| \`nightshift-<stage>-expiry\` | \`run\`, with the session tag \`${RUN_TAG}\` = the id of a prune | delete snapshots whose names begin with \`nightshift-\`, that carry \`${RUN_TAG}\` and no \`nightshift:pin\` |
| \`nightshift-<stage>-drill\` | \`run\`, with the session tag \`${RUN_TAG}\` = the id of a drill or a sweep | make what is called \`nightshift-drill-…\` and tagged \`nightshift:drill\`, and delete what has both; note on snapshots of ours what was proved |
| \`nightshift-<stage>-failover\` | \`run\`, with the session tag \`${RUN_TAG}\` = the id of a failover or switchover | ${failoverActions.map(code).join(', ')} on what somebody tagged \`${FAILOVER_TAG}\` = \`allowed\` |
| \`nightshift-<stage>-scheduler\` | EventBridge Scheduler, for schedules of this account | invoke \`schedule\`; keep what could not be delivered |

The tag stands in CloudTrail beside every call, so each of them names its run. \`run\` assumes the failover role only to carry out a
plan that was approved, for 15 minutes at most, and narrows the session to the one call on the one instance, cluster or group of the plan.
It assumes the operator role for backups and restores, the drill role for what drills make, and the expiry role for what was approved to be deleted, each session for the snapshots of the order alone. To allow a failover, tag the instance; for a cluster, tag the
cluster and its instances. Tags give rights here, so protect who may set them:

\`\`\`
aws rds add-tags-to-resource --resource-name <ARN> --tags Key=${FAILOVER_TAG},Value=allowed
aws elasticache add-tags-to-resource --resource-name <ARN> --tags Key=${FAILOVER_TAG},Value=allowed
\`\`\``;

const POINTERS = `For each pointer of nightshift.yaml (\`targets.<name>.pointer\`) \`run\` may read it
(\`route53:ListResourceRecordSets\` on its zone and \`route53:GetChange\`, or \`ssm:GetParameter\` on the parameter), and the failover role may change it in a
session for a \`/db repoint\` alone: \`route53:ChangeResourceRecordSets\` on the zone, for this name, this type, and the actions
\`CREATE\` and \`DELETE\`; or \`ssm:PutParameter\` on the parameter.`;

const AGENTS = `For each host with an agent of Systems Manager (\`targets.<name>.members.<name>.hands.ssm\`) \`run\` may ask
\`ssm:DescribeInstanceInformation\`, \`ssm:ListCommands\` and \`ssm:GetCommandInvocation\`, which AWS narrows to nothing, and the failover role may
call \`ssm:SendCommand\` in a session for a \`/db rejoin\` alone, with the document and on the hosts that the config names.`;

const REST = `## Who may invoke \`run\`

Whoever may invoke \`nightshift-<stage>-run\` may name any person as the one who asked. Nobody outside the functions above
needs that right; keep it out of people's policies, and let people speak through Slack.`;

function section(name: string, calls: readonly Right[], platform: readonly Right[]): string {
  const rows = [
    ...calls.map((right) => row(right, 'its own calls')),
    ...platform.map((right) => row(right, 'the platform')),
  ];
  return [
    `## ${name}`,
    '',
    `Role \`${roleId(name)}\`.`,
    '',
    '| actions | on | for | because |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row({ actions, resources, why, partitions }: Right, asked: string): string {
  const only = partitions === undefined ? '' : `, only ${partitions.map(code).join(' ')}`;
  return `| ${actions.map(code).join(' ')} | ${resources.map(short).map(code).join(' ')}${only} | ${asked} | ${why} |`;
}

/** The end of an ARN, which is what differs. */
function short(arn: string): string {
  return arn
    .replace(/^arn:\$\{AWS::Partition\}:([\w-]+):\$\{AWS::Region\}:\$\{AWS::AccountId\}:/, '$1 ')
    .replaceAll('${self:provider.stage}', '<stage>');
}

function code(text: string): string {
  return `\`${text}\``;
}
