import { awsRefusal } from './aws-refusal.ts';

/** What may be missing, in the words of IAM, and what to do where AWS knows nothing of that name. */
export type PointerAdvice = { right: string; on: string; absent: string };

/** Pure: why a pointer may not be read, with the right that is missing; undefined where AWS did not answer. */
export function whyUnreadable(thrown: unknown, { right, on, absent }: PointerAdvice): string | undefined {
  if (thrown instanceof Error && thrown.name === 'CredentialsProviderError')
    return 'There are no credentials for AWS here.';
  const refusal = awsRefusal(thrown);
  if ('absent' in refusal) return absent;
  return 'refused' in refusal ? `The role of run may not call ${right} on ${on}: see docs/permissions.md.` : undefined;
}

/** What the failover role lacks, as the beginning of a sentence; its right stands in the template for what the config names. */
export function whyForbidden(right: string, on: string): string {
  return `the failover role may not call ${right} on ${on}: run npm run generate and deploy, or allow it (docs/permissions.md)`;
}
