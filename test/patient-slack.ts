import type { LocalSlack } from '../src/local/slack/start.ts';

/** How long a request may take where Slack gives three seconds, which a busy machine needs to load what answers. */
export const acknowledgeWithinMs = 60_000;

/**
 * A Slack whose people wait for what they asked: where the bot only acknowledges that it still works, what follows is the
 * answer. For tests that state what is answered, and not how soon.
 */
export function patientSlack(slack: LocalSlack): LocalSlack {
  const heard = new Set<string>();
  return {
    ...slack,
    command: async (...asked) => {
      const { ack } = await slack.command(...asked);
      if (ack.text?.startsWith('Still working on it') !== true) return { ack };
      const sorry = slack.messages().find(({ ts }) => ts === ack.ts);
      const { text, blocks, ts } = await slack.waitFor(
        (one) =>
          one.fromBot &&
          one.ephemeralFor === sorry?.ephemeralFor &&
          Number(one.ts) > Number(ack.ts) &&
          !heard.has(one.ts),
        acknowledgeWithinMs,
      );
      heard.add(ts);
      return { ack: { text, blocks, ts } };
    },
  };
}
