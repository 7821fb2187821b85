import { asFault } from '../../../core/errors.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack: 32 hex digits. */
const SHAPE = /^[0-9a-f]{32}$/;

/** The signing secret is there and has the shape of one; whether it is the right one shows the first command. */
export function signingSecretQuestion(secrets: () => Promise<readonly string[]>, storeLine: string): Question {
  const copy = `Copy the Signing Secret from Basic Information > App Credentials, then: ${storeLine}`;
  return {
    id: 'slack.signing-secret',
    title: 'The signing secret is there',
    ask: async () => {
      try {
        return judgeSecrets(await secrets(), copy);
      } catch (thrown) {
        const { code, message } = asFault(thrown);
        return code === 'invalid_request' ? { problem: message, fix: copy } : skipped(message);
      }
    },
  };
}

/** Pure; no part of a secret is repeated. */
function judgeSecrets(secrets: readonly string[], copy: string): Answer {
  if (secrets.length === 0) return { problem: 'there is none, so every request of Slack is refused', fix: copy };
  const wrong = secrets.findIndex((secret) => !SHAPE.test(secret));
  if (wrong === -1) return { ok: secrets.length === 1 ? 'it looks right' : `${secrets.length} are valid at once` };
  const which = secrets.length === 1 ? 'it' : `number ${wrong + 1} of ${secrets.length}`;
  return {
    problem: `${which} is not 32 hex digits: another value was stored, perhaps the token or the verification token`,
    fix: copy,
  };
}
