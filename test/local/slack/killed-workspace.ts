import { WebClient } from '@slack/web-api';
import { startLocalSlack } from '../../../src/local/slack/start.ts';
import { CHANNEL, TOKEN, testOptions } from './workspace-options.ts';

// A child of the crash test: posts messages until it is killed and tells each that was acknowledged.
const slack = await startLocalSlack(
  testOptions({ dataDir: process.argv[2] ?? '', messagePace: { burst: 1e6, perSecond: 1e6 } }),
);
const client = new WebClient(TOKEN, { slackApiUrl: slack.apiUrl });
for (;;) {
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  process.stdout.write(`${ts}\n`);
}
