import { signingSecret } from './requests.ts';

/** All that a measured function sees of the environment: what Lambda sets, the names of its stage, and where the stubs are. */
export function functionEnvironment(name: string, taskRoot: string, stubs: string): Record<string, string> {
  return {
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_LAMBDA_FUNCTION_NAME: `nightshift-bench-${name}`,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: stubs,
    AWS_ENDPOINT_URL_LAMBDA: stubs,
    SLACK_API_URL: `${stubs}/api/`,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: signingSecret,
    NIGHTSHIFT_TABLE: 'nightshift-bench',
    NIGHTSHIFT_FUNCTION_PREFIX: 'nightshift-bench-',
  };
}
