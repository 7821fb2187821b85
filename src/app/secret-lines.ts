import type { SecretReference } from '../core/secret.ts';

/**
 * The shell command that stores a secret where its reference says. The value is typed by the person, at a prompt of the
 * shell, so that it is neither in this line nor in the shell's history.
 */
export function storeSecretLine(reference: SecretReference, region: string | undefined): string {
  const where = region === undefined ? '' : ` --region ${region}`;
  const typed = 'read -rs VALUE && ';
  switch (reference.from) {
    case 'ssm':
      return `${typed}aws ssm put-parameter${where} --type SecureString --overwrite --name ${reference.name} --value "$VALUE"; unset VALUE`;
    case 'secretsmanager':
      return `${typed}aws secretsmanager create-secret${where} --name ${reference.name} --secret-string "$VALUE"; unset VALUE`;
    case 'env':
      return `export ${reference.name}=…`;
    case 'iam':
      return 'nothing is stored: a token is signed for each connection';
  }
}
