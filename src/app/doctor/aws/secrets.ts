import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { SecretReference } from '../../../core/secret.ts';
import type { Answer, Question } from '../../../core/question.ts';
import { askAws } from '../../../providers/aws-refusal.ts';
import { storeSecretLine } from '../../secret-lines.ts';
import { withAccount, type AwsAccess } from './access.ts';

type Stored = Exclude<SecretReference, { from: 'iam' }>;

/** Every secret that is kept in AWS is there. Its value is neither decrypted nor looked at. */
export function secretQuestions(access: AwsAccess, references: readonly SecretReference[]): Question[] {
  const stored = new Map(
    references.flatMap((one) =>
      one.from === 'ssm' || one.from === 'secretsmanager' ? [[`${one.from}:${one.name}`, one] as const] : [],
    ),
  );
  return [...stored].map(([key, reference]) => ({
    id: `aws.secret.${key}`,
    title: `The secret ${key} is there`,
    ask: () => withAccount(access, async () => secretAnswer(access, reference)),
  }));
}

function secretAnswer(access: AwsAccess, reference: Stored): Promise<Answer> {
  const absent: Answer = {
    problem: `${reference.from}:${reference.name} does not exist`,
    fix: storeSecretLine(reference, access.region),
  };
  return reference.from === 'ssm'
    ? parameterAnswer(access, reference, absent)
    : storedAnswer(access, reference, absent);
}

async function parameterAnswer(access: AwsAccess, { name }: Stored, absent: Answer): Promise<Answer> {
  const client = new SSMClient(access.settings());
  const clear: Answer = { problem: `ssm:${name} is kept in clear`, fix: 'problem' in absent ? absent.fix : '' };
  try {
    return await askAws(
      'ssm:GetParameter',
      () => client.send(new GetParameterCommand({ Name: name, WithDecryption: false })),
      ({ Parameter }) => (Parameter?.Type === 'SecureString' ? { ok: `version ${Parameter.Version ?? 1}` } : clear),
      absent,
    );
  } finally {
    client.destroy();
  }
}

async function storedAnswer(access: AwsAccess, { name }: Stored, absent: Answer): Promise<Answer> {
  const client = new SecretsManagerClient(access.settings());
  try {
    return await askAws(
      'secretsmanager:DescribeSecret',
      () => client.send(new DescribeSecretCommand({ SecretId: name })),
      ({ DeletedDate }) =>
        DeletedDate === undefined
          ? { ok: 'it is there' }
          : {
              problem: `secretsmanager:${name} is being deleted`,
              fix: `aws secretsmanager restore-secret --secret-id ${name}`,
            },
      absent,
    );
  } finally {
    client.destroy();
  }
}
