import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { askAws } from '../../../providers/aws-refusal.ts';
import type { Answer, Question } from '../../../core/question.ts';
import { tableDefinition, timeToLiveDefinition } from '../../../state/table-definition.ts';
import { withAccount, type AwsAccess } from './access.ts';

/** The state table as the code needs it, and as nobody wants to lose it. */
export function tableQuestions(access: AwsAccess): Question[] {
  const table = `nightshift-${access.stage}`;
  const deploy = `npm run deploy -- --stage ${access.stage}`;
  const absent: Answer = { problem: `there is no table ${table}`, fix: deploy };
  const question = (id: string, title: string, ask: (client: DynamoDBClient) => Promise<Answer>): Question => ({
    id: `aws.table${id}`,
    title,
    ask: () => withAccount(access, async () => using(new DynamoDBClient(access.settings()), ask)),
  });
  return [
    question('', 'The state table is right', (client) =>
      askAws(
        'dynamodb:DescribeTable',
        () => client.send(new DescribeTableCommand({ TableName: table })),
        ({ Table }) => tableAnswer(table, Table, deploy),
        absent,
      ),
    ),
    question('.expiry', 'The table lets go of what is over', (client) =>
      askAws(
        'dynamodb:DescribeTimeToLive',
        () => client.send(new DescribeTimeToLiveCommand({ TableName: table })),
        ({ TimeToLiveDescription: { TimeToLiveStatus, AttributeName } = {} }) =>
          (TimeToLiveStatus ?? '').startsWith('ENABL') && AttributeName === timeToLiveDefinition.AttributeName
            ? { ok: `by ${AttributeName}` }
            : { problem: 'time to live is off, so the table only grows', fix: expiryFix(table, access) },
        absent,
      ),
    ),
    question('.recovery', 'The table can be restored to any second', (client) =>
      askAws(
        'dynamodb:DescribeContinuousBackups',
        () => client.send(new DescribeContinuousBackupsCommand({ TableName: table })),
        ({ ContinuousBackupsDescription: { PointInTimeRecoveryDescription } = {} }) =>
          PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED'
            ? { ok: 'point-in-time recovery is on' }
            : { problem: 'point-in-time recovery is off', fix: recoveryFix(table, access) },
        absent,
      ),
    ),
  ];
}

async function using<C extends { destroy(): void }>(client: C, ask: (client: C) => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(client);
  } finally {
    client.destroy();
  }
}

function expiryFix(table: string, { region }: AwsAccess): string {
  return `aws dynamodb update-time-to-live --region ${region} --table-name ${table} --time-to-live-specification Enabled=true,AttributeName=${timeToLiveDefinition.AttributeName}`;
}

function recoveryFix(table: string, { region }: AwsAccess): string {
  return `aws dynamodb update-continuous-backups --region ${region} --table-name ${table} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`;
}

/** Pure: keys, billing and protection. */
function tableAnswer(name: string, table: TableDescription | undefined, deploy: string): Answer {
  const keys = (table?.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  const wanted = tableDefinition.KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  if (wanted.join() !== keys.join()) {
    return {
      problem: `the keys of ${name} are ${keys.join(', ')}, and have to be ${wanted.join(', ')}: this is another table`,
      fix: `Rename the stage, or remove that table; then ${deploy}`,
    };
  }
  const wrong = wrongOf(table);
  if (wrong.length === 0) return { ok: name };
  const mend = '--billing-mode PAY_PER_REQUEST --deletion-protection-enabled';
  return { problem: `${name}: ${wrong.join(', ')}`, fix: `aws dynamodb update-table --table-name ${name} ${mend}` };
}

function wrongOf(table: TableDescription | undefined): string[] {
  return [
    ...(table?.TableStatus === 'ACTIVE' ? [] : [`it is ${table?.TableStatus}`]),
    ...(table?.BillingModeSummary?.BillingMode === tableDefinition.BillingMode ? [] : ['it is not billed on demand']),
    ...(table?.DeletionProtectionEnabled ? [] : ['deletion protection is off']),
  ];
}
