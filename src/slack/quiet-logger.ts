import type { LogLevel, Logger } from '@slack/web-api';

function nothing(): void {}

/** Slack's packages log request bodies and addresses; what matters of them comes back as data and is logged by the app. */
export const quiet: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  // Its enum would load the client.
  getLevel: () => 'error' as LogLevel,
  setName: nothing,
};
