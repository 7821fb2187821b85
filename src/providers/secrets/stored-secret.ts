import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretFault, storeClient } from './secret-fault.ts';

/**
 * The value of a secret in Secrets Manager. Of a secret that is a JSON object, as those that RDS manages, its `password`.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export async function readSecret(name: string, region?: string): Promise<string> {
  const client = new SecretsManagerClient({ ...storeClient, ...(region === undefined ? {} : { region }) });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString === undefined || SecretString === '') throw new Error('SecretIsEmpty');
    return passwordIn(SecretString);
  } catch (thrown) {
    throw secretFault(thrown, `secretsmanager:${name}`);
  } finally {
    client.destroy();
  }
}

/** Pure: a secret's own text, or the password inside a JSON object. */
export function passwordIn(text: string): string {
  try {
    const { password }: { password?: unknown } = Object(JSON.parse(text));
    return typeof password === 'string' ? password : text;
  } catch {
    return text;
  }
}
