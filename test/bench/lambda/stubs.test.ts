import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStubs } from '../../../scripts/bench/lambda/start-stubs.ts';

describe('the stubs of AWS and Slack', () => {
  let stubs: Awaited<ReturnType<typeof startStubs>>;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  beforeAll(async () => void (stubs = await startStubs()));
  afterAll(() => stubs.stop());

  it('are understood by the clients of DynamoDB', async () => {
    const client = new DynamoDBClient({ region: 'eu-central-1', endpoint: stubs.address, credentials });
    const item = { pk: { S: 'a' } };
    await client.send(new PutItemCommand({ TableName: 't', Item: item }));
    expect((await client.send(new GetItemCommand({ TableName: 't', Key: item }))).Item).toBeUndefined();
    const query = {
      TableName: 't',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'a' } },
    };
    expect(await client.send(new QueryCommand(query))).toMatchObject({ Items: [], Count: 0 });
    client.destroy();
  });

  it('are understood by the client of Lambda', async () => {
    const client = new LambdaClient({ region: 'eu-central-1', endpoint: stubs.address, credentials });
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'run', InvocationType: 'Event', Payload: '{}' }),
    );
    expect(answer.StatusCode).toBe(202);
    client.destroy();
  });

  it('are understood by the client of Slack', async () => {
    const slack = new WebClient('xoxb-bench', { slackApiUrl: `${stubs.address}/api/` });
    expect(await slack.usergroups.users.list({ usergroup: 'S1' })).toMatchObject({ ok: true, users: [] });
  });
});
