import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PackagedTemplate } from '../package/packaged.ts';
import type { Emulator } from './emulator.ts';

export const stackName = 'nightshift-dev';
const Capabilities = ['CAPABILITY_NAMED_IAM'] as const;

/** The deployed stack: what it says of itself, by output key, and the template it was made of. */
export type Deployed = { outputs: Readonly<Record<string, string>>; status: string; template: PackagedTemplate };

/**
 * The two steps of `npm run deploy`: a stack with the deployment bucket, then the rest from the bucket, as packaged.
 * `change` may alter the template before it is sent.
 */
export async function deploy(
  { client }: Emulator,
  folder: string,
  change: (template: PackagedTemplate) => void = () => {},
): Promise<Deployed> {
  const cloudFormation = new CloudFormationClient(client);
  const artifacts = join(folder, '.serverless');
  const first = readFileSync(join(artifacts, 'cloudformation-template-create-stack.json'), 'utf8');
  await cloudFormation.send(
    new CreateStackCommand({ StackName: stackName, TemplateBody: first, Capabilities: [...Capabilities] }),
  );
  const bucket = outputsOf(await settled(cloudFormation))['ServerlessDeploymentBucketName'] ?? '';
  const template = JSON.parse(
    readFileSync(join(artifacts, 'cloudformation-template-update-stack.json'), 'utf8'),
  ) as PackagedTemplate;
  change(template);
  const templateUrl = await upload(new S3Client(client), bucket, artifacts, template, client.endpoint);
  await cloudFormation.send(
    new UpdateStackCommand({ StackName: stackName, TemplateURL: templateUrl, Capabilities: [...Capabilities] }),
  );
  const stack = await settled(cloudFormation);
  return { outputs: outputsOf(stack), status: stack.StackStatus ?? '', template };
}

/** The zips where the template looks for them, and the template itself; gives the template's address. */
async function upload(
  s3: S3Client,
  Bucket: string,
  artifacts: string,
  template: PackagedTemplate,
  endpoint: string,
): Promise<string> {
  const keys = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }): string => Properties.Code.S3Key);
  const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await Promise.all(keys.map((key) => put(key, readFileSync(join(artifacts, basename(key))))));
  await put('template.json', JSON.stringify(template));
  return `${endpoint}/${Bucket}/template.json`;
}

/** The stack when nothing is in progress any more. */
export async function settled(cloudFormation: CloudFormationClient): Promise<Stack> {
  for (;;) {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    const [stack] = Stacks ?? [];
    if (stack?.StackStatus !== undefined && !stack.StackStatus.endsWith('_IN_PROGRESS')) return stack;
    await pause(50);
  }
}

function outputsOf({ Outputs = [] }: Stack): Record<string, string> {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}
