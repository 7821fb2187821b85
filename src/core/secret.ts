/** Where a secret is kept; the config never holds its value. `iam` means a signed database token instead of a password. */
export type SecretReference = { from: 'env' | 'ssm' | 'secretsmanager'; name: string } | { from: 'iam' };
