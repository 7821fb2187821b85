import { readDeployFile } from '../../config/deploy-file.ts';
import { environmentSecret, readEnvironment, type Environment } from '../../config/environment.ts';
import { loadConfig } from '../../config/load.ts';
import { secretReference } from '../../config/secret-reference.ts';
import { skipped, type Answered, type Question } from '../../core/question.ts';
import type { SecretReference } from '../../core/secret.ts';
import { createSecrets, type Secrets } from '../../providers/secrets/secrets.ts';
import { readParameter } from '../../providers/secrets/stored-parameter.ts';
import { readSecret } from '../../providers/secrets/stored-secret.ts';
import { handQuestions } from '../../providers/hand-set-up.ts';
import { pointerQuestions } from '../../providers/pointer-set-up.ts';
import { hostQuestions } from '../../providers/set-up.ts';
import { openInstallation } from '../../slack/installation.ts';
import { passwordsOf } from '../../targets/passwords.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { configKnowledge } from '../read-config.ts';
import { storeSecretLine } from '../secret-lines.ts';
import { askAll } from './ask-all.ts';
import { awsAccess, withAccount, type AwsAccess } from './aws/access.ts';
import { functionUrl } from './aws/functions.ts';
import { awsQuestions } from './aws/questions.ts';
import { secretQuestions } from './aws/secrets.ts';
import { configQuestions, type LoadedConfig } from './config.ts';
import { slackAccess } from './slack/access.ts';
import { slackQuestions } from './slack/questions.ts';
import { targetQuestions } from './target/questions.ts';
import { createSessions } from './target/sessions.ts';

/** `root`: the project's folder. Without `stage` that of NIGHTSHIFT_FUNCTION_PREFIX; without `region` that of the deploy file. */
export type DoctorOptions = { root: string; stage?: string | undefined; region?: string | undefined };
export type Diagnosis = { stage: string; answered: readonly Answered[] };

const TIMEOUT_MS = 40_000;

/** Asks everything about the set-up of one stage. Nothing is changed, and no secret is in an answer. */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const environment = readEnvironment();
  const stage = options.stage ?? environment.functionPrefix.replace(/^nightshift-(.*)-$/, '$1');
  const deploy = readDeployFile(options.root, stage);
  const region = options.region ?? ('file' in deploy ? deploy.file.region : environment.region);
  const loaded = loadConfig(environment.configPath, configKnowledge, environment.addresses);
  const secrets = secretsIn(region);
  if (environment.slackConfigToken !== undefined) await secrets.hold(environment.slackConfigToken);
  const sessions = createSessions((reference) => secrets.resolve(reference));
  const access = awsAccess({ stage, region });
  const specs = 'config' in loaded ? loaded.config.targets.map((spec) => inRegion(spec, region)) : [];
  const questions = [
    ...configQuestions(options.root, stage, loaded),
    ...slackPart(environment, access, loaded, secrets),
    ...awsPart(options.root, access, loaded),
    ...(await Promise.all(specs.map((spec) => hostPart(spec, access)))).flat(),
    ...specs.flatMap((spec) => targetQuestions(sessions, spec)),
  ];
  try {
    const answered = await askAll(questions, { secrets: () => secrets.known(), timeoutMs: TIMEOUT_MS });
    return { stage, answered };
  } finally {
    await sessions.close();
  }
}

function secretsIn(region: string | undefined): Secrets {
  const stores = {
    ssm: (name: string) => readParameter(name, region),
    secretsmanager: (name: string) => readSecret(name, region),
  };
  return createSecrets(environmentSecret, { stores });
}

function inRegion(spec: TargetSpec, region: string | undefined): TargetSpec {
  return spec.region === undefined && region !== undefined ? { ...spec, region } : spec;
}

/** Where Slack's secrets are: as the environment says, else where the functions of the stage read them. */
function slackReferences(stage: string): { token: SecretReference; signing: SecretReference } {
  return {
    token: { from: 'ssm', name: `/nightshift/${stage}/slack/bot-token` },
    signing: { from: 'ssm', name: `/nightshift/${stage}/slack/signing-secret` },
  };
}

function slackPart(environment: Environment, access: AwsAccess, loaded: LoadedConfig, secrets: Secrets): Question[] {
  const kept = slackReferences(access.stage);
  const valueOf = (text: string): Promise<string> => {
    const reference = secretReference(text);
    return reference ? secrets.resolve(reference) : secrets.hold(text);
  };
  const token = (): Promise<string> =>
    environment.slackBotToken === undefined ? secrets.resolve(kept.token) : valueOf(environment.slackBotToken);
  const signingSecrets = async (): Promise<string[]> => {
    const held = environment.slackSigningSecrets;
    const values = await Promise.all(held.length === 0 ? [secrets.resolve(kept.signing)] : held.map(valueOf));
    return values.flatMap((value) => value.split(',')).map((secret) => secret.trim());
  };
  const { slackApiUrl: apiUrl } = environment;
  const open = async () => openInstallation({ token: await token(), ...(apiUrl === undefined ? {} : { apiUrl }) });
  return slackQuestions(slackAccess(open), {
    config: 'config' in loaded ? loaded.config : undefined,
    signingSecrets,
    configToken: environment.slackConfigToken,
    functionUrl: () => functionUrl(access),
    storeToken: storeSecretLine(kept.token, access.region),
    storeSigningSecret: storeSecretLine(kept.signing, access.region),
  });
}

function awsPart(root: string, access: AwsAccess, loaded: LoadedConfig): Question[] {
  const kept = slackReferences(access.stage);
  const targets = 'config' in loaded ? loaded.config.targets : [];
  const passwords = targets.flatMap(({ members }) => members.flatMap(passwordsOf).map(({ password }) => password));
  return [
    ...awsQuestions(access, 'config' in loaded ? loaded.config : undefined, root),
    ...secretQuestions(access, [kept.token, kept.signing, ...passwords]),
  ];
}

/** What the host of a target knows of it; asked only where AWS can be asked. */
async function hostPart(spec: TargetSpec, access: AwsAccess): Promise<Question[]> {
  const settings = access.settings();
  const eventTopic = `nightshift-${access.stage}-database-events`;
  const ofHost = await hostQuestions(spec, { client: settings, eventTopic });
  const questions = [...ofHost, ...pointerQuestions(spec), ...handQuestions(spec)];
  const ask = (question: Question) =>
    withAccount(access, async (account) =>
      spec.account === undefined || spec.account === account
        ? question.ask()
        : skipped(`it is in the account ${spec.account}, and these credentials are of ${account}`),
    );
  return questions.map((question) => ({ ...question, ask: () => ask(question) }));
}
