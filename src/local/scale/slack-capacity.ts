import type { DayUsage } from './simulate.ts';

/** Slack's own limits: https://docs.slack.dev/apis/web-api/rate-limits. Bursts are not counted upon. */
export const slackPace = { postsPerSecondInChannel: 1, updatesPerMinuteInWorkspace: 50 } as const;

export type SlackNeed = {
  channels: number;
  /** How long Slack takes for the posts of the busiest channel. */
  busiestChannelSeconds: number;
  /** How long Slack takes for all updates of the workspace. */
  updateMinutes: number;
};

/** How much of its own time Slack needs for a day. */
export function slackNeed({ slack }: DayUsage): SlackNeed {
  const posts = Object.values(slack.posts);
  return {
    channels: posts.length,
    busiestChannelSeconds: Math.max(0, ...posts) / slackPace.postsPerSecondInChannel,
    updateMinutes: (slack.methods['chat.update'] ?? 0) / slackPace.updatesPerMinuteInWorkspace,
  };
}

/** What one run of an alarm asks of Slack, on the average of a day. */
export function callsPerRun({ slack, functions }: DayUsage): { posts: number; updates: number } {
  const runs = functions.durable.executions;
  return {
    posts: (slack.methods['chat.postMessage'] ?? 0) / runs,
    updates: (slack.methods['chat.update'] ?? 0) / runs,
  };
}

/** How long Slack takes to tell of so many targets that fail at the same moment, over so many channels of equal size. */
export function stormMinutes(
  targets: number,
  channels: number,
  each: { posts: number; updates: number },
): { posts: number; updates: number } {
  return {
    posts: (targets * each.posts) / channels / slackPace.postsPerSecondInChannel / 60,
    updates: (targets * each.updates) / slackPace.updatesPerMinuteInWorkspace,
  };
}
