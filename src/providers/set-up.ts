import type { Question } from '../core/question.ts';
import type { TargetSpec } from '../targets/spec.ts';

/** Region and limits of the clients of AWS, and the topic of database events where it is known. */
export type HostAccess = { client: { region: string; maxAttempts: number }; eventTopic: string };
type SetUp = { setUpQuestions(spec: TargetSpec, access: HostAccess): Question[] };

/** Providers that can be asked about a target beside its own sessions. */
const hosts: { readonly [provider: string]: () => Promise<SetUp> } = {
  aurora: () => import('./aurora/set-up.ts'),
  elasticache: () => import('./elasticache/set-up.ts'),
  rds: () => import('./rds/set-up.ts'),
};

/** What whoever hosts a target knows of it: backups, protection, signed logins. None for servers of one's own. */
export async function hostQuestions(spec: TargetSpec, access: HostAccess): Promise<Question[]> {
  const load = hosts[spec.provider];
  return load ? (await load()).setUpQuestions(spec, access) : [];
}

/** True where any room of any member signs in with a token of AWS. */
export function usesTokens({ members }: TargetSpec): boolean {
  return members.some(({ credentials }) => Object.values(credentials).some(({ password }) => password?.from === 'iam'));
}
