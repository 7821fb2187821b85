import { skipped, type Answer } from '../core/question.ts';

/** `absent`: AWS says that it does not exist. `refused`: the caller may not ask. `silent`: everything else. */
export type AwsRefusal = { absent: true } | { refused: string } | { silent: string };

const ABSENT = /NotFound|NoSuch|DoesNotExist|^NotFound$/;
const REFUSED = /AccessDenied|UnauthorizedOperation|NotAuthorized|Forbidden|^403$/;

/** Pure: what a thrown value of an AWS client means. Its message may name accounts and ARNs, which are no secrets. */
export function awsRefusal(thrown: unknown): AwsRefusal {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { $metadata }: { $metadata?: { httpStatusCode?: number } } = error as {
    $metadata?: { httpStatusCode?: number };
  };
  if (ABSENT.test(error.name) || ABSENT.test(error.message) || /does not exist/.test(error.message))
    return { absent: true };
  if (REFUSED.test(error.name) || $metadata?.httpStatusCode === 403) return { refused: error.name };
  if ($metadata?.httpStatusCode === 404) return { absent: true };
  return { silent: `${error.name}: ${error.message}` };
}

/**
 * Asks AWS one thing and judges it. What may not be asked is skipped with the IAM action to grant; `absent` is the answer
 * where the thing does not exist.
 */
export async function askAws<T>(
  action: string,
  call: () => Promise<T>,
  judge: (seen: T) => Answer | Promise<Answer>,
  absent: Answer,
): Promise<Answer> {
  let seen: T;
  try {
    seen = await call();
  } catch (thrown) {
    const refusal = awsRefusal(thrown);
    if ('absent' in refusal) return absent;
    if ('silent' in refusal) return skipped(`AWS did not answer ${action}: ${refusal.silent}`);
    return skipped(`these AWS credentials may not call ${action}`, `Grant ${action} to whoever runs doctor.`);
  }
  return judge(seen);
}
