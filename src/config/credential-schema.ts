import * as z from 'zod';
import { secretAdvice, secretPattern } from './secret-reference.ts';

export const Password = z.string({ error: secretAdvice }).regex(secretPattern, secretAdvice).meta({
  description: 'Where the password is kept: env:NAME, ssm:/path, secretsmanager:name, or iam for a signed token',
});
export const CredentialEntry = z.strictObject({ user: z.string().min(1).optional(), password: Password.optional() });
