import { storeSecretLine } from '../../app/secret-lines.ts';
import type { Config } from '../../config/config.ts';
import type { SecretReference } from '../../core/secret.ts';
import { loginScript } from '../../providers/login-script.ts';
import { passwordsOf } from '../../targets/passwords.ts';
import type { Answers } from './answers.ts';
import { manifestPath } from './files.ts';

/** Pure: what is to be done next, to be copied line by line. No value of a secret is made or asked for. */
export function nextSteps(answers: Answers, config: Config): string {
  const { stage, region } = answers;
  const slack = (name: string): SecretReference => ({ from: 'ssm', name: `/nightshift/${stage}/slack/${name}` });
  return [
    'Next:',
    '',
    '1. Logins of the rooms, once for each target, as an administrator of the database:',
    '',
    ...config.targets.map((spec) => `${loginScript(spec)}\n`),
    '2. Secrets. Each line waits for you to paste the value, and shows nothing:',
    '',
    storeSecretLine(slack('signing-secret'), region),
    storeSecretLine(slack('bot-token'), region),
    ...storedPasswords(config).map((reference) => storeSecretLine(reference, region)),
    '',
    '   The Slack app does not exist yet? Make it first: https://api.slack.com/apps, Create New App, From a manifest,',
    `   with ${manifestPath(stage)}; the address is put in after the deployment.`,
    '',
    '3. Deploy, put the address that it prints into the app, and look at everything:',
    '',
    'npm run generate',
    `npm run deploy -- --stage ${stage}`,
    `npx nightshift manifest --url <function url> --write ${manifestPath(stage)}`,
    `npx nightshift doctor --stage ${stage}`,
    '',
    'docs/deploy.md has every step with its reasons.',
    '',
  ].join('\n');
}

/** Each place once; signed tokens and variables are stored nowhere. */
function storedPasswords({ targets }: Config): SecretReference[] {
  const stored = targets.flatMap(({ members }) =>
    members
      .flatMap(passwordsOf)
      .flatMap(({ password }) =>
        password.from === 'ssm' || password.from === 'secretsmanager'
          ? [[`${password.from}:${password.name}`, password] as const]
          : [],
      ),
  );
  return [...new Map(stored).values()];
}
