import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { askAws } from '../../../providers/aws-refusal.ts';
import { withAccount, type AwsAccess } from './access.ts';
import { functionNames } from './functions.ts';

/** What runs in AWS is what was packaged here, nightshift.yaml with it; seen by the hashes of the packages. */
export function codeQuestion(access: AwsAccess, root: string): Question {
  return {
    id: 'aws.code',
    title: 'What is deployed is what is here',
    ask: () => withAccount(access, async () => codeAnswer(access, root)),
  };
}

async function codeAnswer(access: AwsAccess, root: string): Promise<Answer> {
  const deploy = `npm run deploy -- --stage ${access.stage}`;
  const packages = functionNames.map((name) => ({ name, path: join(root, '.serverless', `${name}.zip`) }));
  if (!packages.every(({ path }) => existsSync(path))) return skipped('nothing was packaged in this folder');
  const oldest = Math.min(...packages.map(({ path }) => statSync(path).mtimeMs));
  if (statSync(join(root, 'nightshift.yaml')).mtimeMs > oldest) {
    return { problem: 'nightshift.yaml was changed after the last packaging, and a change is a deploy', fix: deploy };
  }
  const client = new LambdaClient(access.settings());
  try {
    const seen = await Promise.all(
      packages.map(({ name, path }) => isDeployed(client, access.stage, name, path, deploy)),
    );
    return seen.find((answer) => !('ok' in answer)) ?? { ok: 'every function has the package of this folder' };
  } finally {
    client.destroy();
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html: CodeSha256 is the hash of the package. */
function isDeployed(client: LambdaClient, stage: string, name: string, path: string, deploy: string): Promise<Answer> {
  const here = createHash('sha256').update(readFileSync(path)).digest('base64');
  return askAws(
    'lambda:GetFunctionConfiguration',
    () => client.send(new GetFunctionConfigurationCommand({ FunctionName: `nightshift-${stage}-${name}` })),
    ({ CodeSha256 }) =>
      CodeSha256 === here
        ? { ok: name }
        : {
            problem: `${name} runs another package than the one in this folder`,
            fix: `If this folder is the newer one: ${deploy}`,
          },
    { problem: `there is no function nightshift-${stage}-${name}`, fix: deploy },
  );
}
