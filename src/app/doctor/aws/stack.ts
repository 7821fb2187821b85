import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Answer, Question } from '../../../core/question.ts';
import { askAws } from '../../../providers/aws-refusal.ts';
import { withAccount, type AwsAccess } from './access.ts';

/** How alarms and events come in; each is one resource of serverless.yml or of infra/serverless/topics.yml. */
const WAYS_IN: readonly (readonly [type: string, count: number, what: string])[] = [
  ['AWS::Events::Rule', 2, 'event rules for CloudWatch alarms and RDS events'],
  ['AWS::SNS::Topic', 3, 'topics for alarms, database events and the operator'],
  ['AWS::SNS::Subscription', 2, 'subscriptions of the alarm function'],
];

/** The stack is whole, and so are the ways in of alarms. */
export function stackQuestions(access: AwsAccess): Question[] {
  const StackName = `nightshift-${access.stage}`;
  const deploy = `npm run deploy -- --stage ${access.stage}`;
  const absent: Answer = { problem: `there is no stack ${StackName} in ${access.region}`, fix: deploy };
  const ask = (question: (client: CloudFormationClient) => Promise<Answer>): Promise<Answer> =>
    withAccount(access, async () => {
      const client = new CloudFormationClient(access.settings());
      try {
        return await question(client);
      } finally {
        client.destroy();
      }
    });
  return [
    {
      id: 'aws.stack',
      title: 'The stack is whole',
      ask: () =>
        ask((client) =>
          askAws(
            'cloudformation:DescribeStacks',
            () => client.send(new DescribeStacksCommand({ StackName })),
            ({ Stacks }) => stackAnswer(Stacks?.[0]?.StackStatus ?? 'unknown', StackName, deploy),
            absent,
          ),
        ),
    },
    {
      id: 'aws.ways-in',
      title: 'Alarms and events find their way in',
      ask: () =>
        ask((client) =>
          askAws(
            'cloudformation:ListStackResources',
            () => resourcesOf(client, StackName),
            (seen) => waysInAnswer(seen, deploy),
            absent,
          ),
        ),
    },
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
function stackAnswer(status: string, name: string, deploy: string): Answer {
  if (/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return { ok: `${name} is ${status}` };
  if (status.endsWith('IN_PROGRESS')) return { skipped: `${name} is being changed now: ${status}` };
  const look = `aws cloudformation describe-stack-events --stack-name ${name} says why`;
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return { problem: `the last deployment of ${name} failed and was taken back`, fix: `${look}; then ${deploy}` };
  }
  return {
    problem: `${name} is ${status}`,
    fix: `${look}. A first deployment that failed: delete the stack, then ${deploy}`,
  };
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    found.push(...(page.StackResourceSummaries ?? []));
  }
  return found;
}

function waysInAnswer(resources: readonly StackResourceSummary[], deploy: string): Answer {
  const standing = resources.filter(({ ResourceStatus }) =>
    /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(ResourceStatus ?? ''),
  );
  const missing = WAYS_IN.filter(
    ([type, count]) => standing.filter(({ ResourceType }) => ResourceType === type).length < count,
  );
  if (missing.length === 0) return { ok: WAYS_IN.map(([, count, what]) => `${count} ${what}`).join(', ') };
  return { problem: `missing: ${missing.map(([, , what]) => what).join(', ')}`, fix: deploy };
}
