import { App, AwsLambdaReceiver } from '@slack/bolt';

/** Bolt as its guide for Lambda shows it, with static ids so that it asks Slack nothing: the command is acknowledged with a text. */
const receiver = new AwsLambdaReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' });
const authorize = async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' });
const app = new App({ receiver, authorize });

app.command('/db', async ({ command, ack }) => {
  await ack(`You asked for ${command.text}.`);
});

export const handler = receiver.toHandler();
