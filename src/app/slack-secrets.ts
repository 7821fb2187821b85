import { environmentSecret, readEnvironment } from '../config/environment.ts';
import { secretReference } from '../config/secret-reference.ts';
import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import { createSecrets } from '../providers/secrets/secrets.ts';

const secrets = createSecrets(environmentSecret);

/** Every secret of Slack that was resolved so far, for the mask. */
export function knownSlackSecrets(): readonly string[] {
  return secrets.known();
}

/** Made anew for each value: a secret is known only once it was resolved. */
export const slackMask = ((value: string) => createMask(secrets.known())(value)) as Mask;

/** The bot's token: SLACK_BOT_TOKEN itself, or what it refers to. Throws `invalid_request` when there is none. */
export async function slackBotToken(): Promise<string> {
  const { slackBotToken: held } = readEnvironment();
  if (held === undefined) throw new Fault('invalid_request', 'The environment variable SLACK_BOT_TOKEN is not set.');
  return valueOf(held);
}

/** The signing secrets that are valid now, the present one first. A stored secret may hold several, too: new, comma, old. */
export async function slackSigningSecrets(): Promise<readonly string[]> {
  const values = await Promise.all(readEnvironment().slackSigningSecrets.map(valueOf));
  return values.flatMap((value) => value.split(',')).map((secret) => secret.trim());
}

/** A value that stands in the environment itself is remembered for the mask, too. */
function valueOf(held: string): Promise<string> {
  const reference = secretReference(held);
  return reference ? secrets.resolve(reference) : secrets.hold(held);
}
