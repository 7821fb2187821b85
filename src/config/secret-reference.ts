import type { SecretReference } from '../core/secret.ts';

/** `env:NAME`, `ssm:/path`, `secretsmanager:name` or `iam`. */
export const secretPattern = /^(?:iam|env:[A-Za-z_]\w*|ssm:\/[\w./-]+|secretsmanager:[\w/+=.@:-]+)$/;

/** Said instead of the value, which is never repeated. */
export const secretAdvice =
  'a password is not written here in clear: name the place where it is kept, as env:NAME, ssm:/path, secretsmanager:name or iam';

/** The reference that a text stands for, or undefined when it is not one. */
export function secretReference(text: string): SecretReference | undefined {
  if (!secretPattern.test(text)) return undefined;
  if (text === 'iam') return { from: 'iam' };
  const colon = text.indexOf(':');
  const name = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'env':
      return { from: 'env', name };
    case 'ssm':
      return { from: 'ssm', name };
    default:
      return { from: 'secretsmanager', name };
  }
}
