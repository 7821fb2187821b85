import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';

/** Where the stage is deployed, as far as it is known. */
export type AwsPlace = { stage: string; region: string | undefined };
/** Settings of every client: a question must not wait for minutes. */
export type AwsSettings = {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true };
};
/** What the questions about AWS have in common. */
export type AwsAccess = AwsPlace & {
  /** The account of the caller; asked once. */
  account(): Promise<{ account: string; arn: string } | { none: string }>;
  settings(): AwsSettings;
};

export function awsAccess(place: AwsPlace): AwsAccess {
  let account: ReturnType<AwsAccess['account']> | undefined;
  const settings = (): AwsSettings => ({
    region: place.region ?? 'us-east-1',
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 8000, throwOnRequestTimeout: true },
  });
  return { ...place, settings, account: () => (account ??= callerOf(settings())) };
}

async function callerOf(settings: AwsSettings): ReturnType<AwsAccess['account']> {
  const client = new STSClient(settings);
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account ?? '', arn: Arn ?? '' };
  } catch (thrown) {
    return { none: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
  } finally {
    client.destroy();
  }
}

/** A deployment mends what the template changed, not what somebody changed beside it. */
export function byHand(stage: string): string {
  return `If it stays, it was changed by hand: aws cloudformation detect-stack-drift --stack-name nightshift-${stage}`;
}

/** Asks where there are credentials and a region; where not, `aws.identity` says so and everything else is skipped. */
export async function withAccount(access: AwsAccess, ask: (account: string) => Promise<Answer>): Promise<Answer> {
  if (access.region === undefined) return skipped('needs a region: see aws.identity');
  const caller = await access.account();
  return 'none' in caller ? skipped('needs AWS credentials: see aws.identity') : ask(caller.account);
}

/** Who asks, and where. Without credentials everything about AWS is skipped: nothing is known to be wrong. */
export function identityQuestion(access: AwsAccess): Question {
  return {
    id: 'aws.identity',
    title: 'AWS answers, and as whom',
    ask: async () => {
      if (access.region === undefined) {
        const fix = `Write region into infra/environment/deploy.${access.stage}.yml, or give --region.`;
        return skipped('the region of this stage is not known', fix);
      }
      const caller = await access.account();
      if (!('none' in caller)) return { ok: `${caller.arn}, ${access.region}` };
      return skipped(
        `no credentials of AWS: ${caller.none}`,
        'aws sso login, or set AWS_PROFILE; then run this again.',
      );
    },
  };
}
