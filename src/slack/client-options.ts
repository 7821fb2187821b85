import type { FetchFunction, WebClientOptions } from '@slack/web-api';
import { quiet } from './quiet-logger.ts';

/** How Slack is reached. `apiUrl` replaces https://slack.com/api/. */
export type SlackAccess = { token: string; apiUrl?: string; fetch?: FetchFunction };

/**
 * Client settings: the client's own would sleep through a rate limit and retry for half an hour, without any timeout.
 * A rate limit comes back as data at once; network errors are tried `retries` times more.
 */
export function clientOptions(options: Omit<SlackAccess, 'token'>, retries: number): WebClientOptions {
  return {
    timeout: 5_000,
    rejectRateLimitedCalls: true,
    retryConfig: { retries, minTimeout: 300 },
    logger: quiet,
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  };
}
