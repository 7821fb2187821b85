import { asFault } from '../../../core/errors.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { Asked, Identity } from '../../../slack/installation.ts';
import { botScopes } from '../../../slack/manifest.ts';
import { withToken, type SlackAccess } from './access.ts';

/** The token works, and has every scope of the manifest. `storeLine` is the command that stores another token. */
export function tokenQuestions(access: SlackAccess, storeLine: string): Question[] {
  return [
    { id: 'slack.token', title: 'The bot token works', ask: () => tokenAnswer(access, storeLine) },
    {
      id: 'slack.scopes',
      title: 'Every scope of the manifest is granted',
      ask: () => withToken(access, async (_, { scopes }) => scopesAnswer(scopes)),
    },
  ];
}

async function tokenAnswer(access: SlackAccess, storeLine: string): Promise<Answer> {
  try {
    return judgeToken(await access.identity(), storeLine);
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code !== 'invalid_request') return skipped(message);
    return { problem: message, fix: `Copy the Bot User OAuth Token from OAuth & Permissions, then: ${storeLine}` };
  }
}

/** https://docs.slack.dev/reference/methods/auth.test#errors */
function judgeToken(identity: Asked<Identity>, storeLine: string): Answer {
  if ('silent' in identity) return skipped(`Slack did not answer: ${identity.silent}`);
  if ('seen' in identity) return { ok: `it belongs to the bot ${identity.seen.botUserId} in ${identity.seen.team}` };
  const reinstall = 'Install the app again (Install App), copy its Bot User OAuth Token';
  return { problem: `Slack refuses the token: ${identity.refused}`, fix: `${reinstall}, then: ${storeLine}` };
}

/** Pure: which scopes are missing. */
export function scopesAnswer(granted: readonly string[]): Answer {
  if (granted.length === 0) return skipped('Slack did not say which scopes the token has');
  const missing = botScopes.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return { ok: `all ${botScopes.length} are` };
  return {
    problem: `the token lacks ${missing.join(', ')}`,
    fix: `Add ${missing.join(', ')} under OAuth & Permissions > Bot Token Scopes (or paste what \`npx nightshift manifest\` prints), and install the app again: scopes come with a new installation.`,
  };
}
