import { skipped, type Answer } from '../../../core/question.ts';
import type { Asked, Identity, Installation } from '../../../slack/installation.ts';

/** What the questions about Slack have in common; the token is had and tried once. */
export type SlackAccess = {
  /** Throws a Fault where the token cannot be had. */
  installation(): Promise<Installation>;
  identity(): Promise<Asked<Identity>>;
};

/** Opens the workspace at the first question. */
export function slackAccess(open: () => Promise<Installation>): SlackAccess {
  let opened: Promise<Installation> | undefined;
  let identity: Promise<Asked<Identity>> | undefined;
  const installation = (): Promise<Installation> => (opened ??= open());
  return {
    installation,
    identity: () => (identity ??= installation().then((slack) => slack.identity())),
  };
}

/** Asks where the token works; where it does not, `slack.token` says so and everything else is skipped. */
export async function withToken(
  access: SlackAccess,
  ask: (slack: Installation, identity: Identity) => Promise<Answer>,
): Promise<Answer> {
  const identity = await access.identity().catch(() => undefined);
  if (identity === undefined || !('seen' in identity)) return skipped('needs a token that works: see slack.token');
  return ask(await access.installation(), identity.seen);
}

/** The answer to a refusal that the question itself did not foresee. */
export function unforeseen(asked: Exclude<Asked<unknown>, { seen: unknown }>): Answer {
  if ('silent' in asked) return skipped(`Slack did not answer: ${asked.silent}`);
  if (asked.refused !== 'missing_scope') return skipped(`Slack refuses the question: ${asked.refused}`);
  const scope = asked.needed ?? 'a scope';
  return skipped(`the token lacks ${scope}`, `Add ${scope} under OAuth & Permissions and install the app again.`);
}
