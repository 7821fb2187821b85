import { expect, it } from 'vitest';
import type { PackagedTemplate, Resource } from '../package/packaged.ts';
import { startTestPostgres } from '../servers.ts';
import { commandBody } from '../slack/signed-request.ts';
import { startCloud, type Cloud } from './cloud.ts';

type Statement = { Action: string[]; Resource: unknown };

it.each<[string, (template: PackagedTemplate) => void]>([
  ['its own role', without('SlackRole', 'ssm:GetParameter')],
  ['the boundary around every role', ({ Resources }) => dropIn(Resources['Boundary'], 'ssm:GetParameter')],
])('a Slack function that may not read its secrets, by %s, starts nothing', async (_what, change) => {
  await onCloud(change, '127.0.0.1:1', async (cloud) => {
    const { body } = await cloud.send(command);
    expect(body).not.toContain('On it');
    expect(cloud.aws.durable.executions()).toEqual([]);
  });
});

it('a run that may not write down what it does does nothing', async () => {
  await onCloud(without('RunRole', 'dynamodb:PutItem'), '127.0.0.1:1', async (cloud) => {
    await cloud.send(command);
    await cloud.aws.idle();
    const [run] = cloud.aws.durable.executions();
    expect(run?.status).toBe('FAILED');
    expect(cloud.aws.durable.operations(run?.arn ?? '').some(({ Type }) => Type === 'CHAINED_INVOKE')).toBe(false);
  });
});

it('a room that may not read its password says so, and the report is not green', async () => {
  const database = await startTestPostgres();
  try {
    await onCloud(without('ReadRole', 'ssm:GetParameter'), `127.0.0.1:${database.port}`, async (cloud) => {
      await cloud.send(command);
      const report = await cloud.posted((text) => text.includes('checks answered'));
      expect(report).toMatch(/0 of \d+ checks answered/);
      expect(report).toMatch(
        /ssm:\/nightshift\/dev\/shop-db\/read may not be read; the function's role lacks the right/,
      );
    });
  } finally {
    await database.stop();
  }
});

const command = commandBody({ text: 'health shop-db' });

async function onCloud(
  change: (template: PackagedTemplate) => void,
  shop: string,
  look: (cloud: Cloud) => Promise<void>,
): Promise<void> {
  const cloud = await startCloud({ addresses: { 'shop-db-1': shop, 'shop-db-2': '127.0.0.1:1' }, change });
  try {
    await look(cloud);
  } finally {
    await cloud.stop();
  }
}

/** The template with one action less in one role. */
function without(role: string, action: string): (template: PackagedTemplate) => void {
  return ({ Resources }) => dropIn(Resources[role], action);
}

function dropIn(resource: Resource | undefined, action: string): void {
  const { PolicyDocument, Policies } = resource?.Properties ?? {};
  const statements: Statement[] = (PolicyDocument ?? Policies[0].PolicyDocument).Statement;
  const holders = statements.filter(({ Action }) => Action.includes(action));
  if (holders.length === 0) throw new Error(`nothing allows ${action}`);
  for (const holder of holders) statements.splice(statements.indexOf(holder), 1, ...withoutAction(holder, action));
}

function withoutAction(statement: Statement, action: string): Statement[] {
  const Action = statement.Action.filter((one) => one !== action);
  return Action.length === 0 ? [] : [{ ...statement, Action }];
}
