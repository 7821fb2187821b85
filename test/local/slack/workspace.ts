import { LogLevel, WebClient } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import type { FunctionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import type { LocalSlackOptions } from '../../../src/local/slack/options.ts';
import { startLocalSlack } from '../../../src/local/slack/start.ts';
import type { LocalSlack } from '../../../src/local/slack/start.ts';
import { TOKEN, testOptions } from './workspace-options.ts';

export { CHANNEL, SIGNING_SECRET, TOKEN, silentDoor, testOptions } from './workspace-options.ts';
export type { Door } from './workspace-options.ts';

/** A workspace of its own for one test, with the official client; both end with the test. */
export async function startWorkspace(
  wanted: Partial<LocalSlackOptions> = {},
): Promise<{ slack: LocalSlack; client: WebClient }> {
  const slack = await startLocalSlack(testOptions(wanted));
  onTestFinished(() => slack.stop());
  return { slack, client: clientOf(slack) };
}

export function clientOf(slack: LocalSlack): WebClient {
  return new WebClient(TOKEN, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: quiet,
  });
}

const ignore = (): void => undefined;
const quiet = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};

/** The form fields of a request that came through the door. */
export function formOf(event: FunctionUrlEvent): URLSearchParams {
  return new URLSearchParams(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body);
}

/** The interaction payload of a request that came through the door. */
export function payloadOf(event: FunctionUrlEvent): Record<string, never> {
  return JSON.parse(formOf(event).get('payload') ?? '{}') as Record<string, never>;
}
