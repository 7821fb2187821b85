import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { App, AwsLambdaReceiver } from '@slack/bolt';

/** The same Bolt that gives the work to another function before it acknowledges; nothing is authorised, claimed or recorded. */
const receiver = new AwsLambdaReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' });
const authorize = async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' });
const app = new App({ receiver, authorize });
const lambda = new LambdaClient({});

app.command('/db', async ({ command, ack }) => {
  await lambda.send(
    new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: JSON.stringify(command) }),
  );
  await ack(`On it: ${command.text}.`);
});

export const handler = receiver.toHandler();
