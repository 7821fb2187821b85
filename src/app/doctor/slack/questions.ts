import type { Config } from '../../../config/config.ts';
import type { Question } from '../../../core/question.ts';
import type { SlackAccess } from './access.ts';
import { blocksQuestion } from './blocks.ts';
import { channelQuestions } from './channels.ts';
import { manifestQuestion } from './manifest.ts';
import { peopleQuestions } from './people.ts';
import { signingSecretQuestion } from './signing-secret.ts';
import { tokenQuestions } from './token.ts';

export type SlackFacts = {
  /** Missing where nightshift.yaml has problems. */
  config: Config | undefined;
  signingSecrets(): Promise<readonly string[]>;
  configToken: string | undefined;
  functionUrl(): Promise<string | undefined>;
  /** The shell commands that store another value. */
  storeToken: string;
  storeSigningSecret: string;
};

/** All questions about the workspace and the app in it. */
export function slackQuestions(access: SlackAccess, facts: SlackFacts): Question[] {
  return [
    ...tokenQuestions(access, facts.storeToken),
    signingSecretQuestion(facts.signingSecrets, facts.storeSigningSecret),
    ...(facts.config ? channelQuestions(access, facts.config.environments) : []),
    ...(facts.config ? peopleQuestions(access, facts.config) : []),
    manifestQuestion(access, facts.configToken, facts.functionUrl),
    blocksQuestion(access),
  ];
}
