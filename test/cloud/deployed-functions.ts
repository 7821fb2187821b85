import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { localFunctions, type LocalFunctions } from '../../src/local/aws/functions.ts';
import { root } from '../house.ts';

/** The functions of serverless.yml, each called where it is deployed; `lambda` gives the client once there is one. */
export function deployedFunctions(lambda: () => LambdaClient): LocalFunctions {
  const { functions } = localFunctions(root, 'dev');
  const there = [...functions.values()].map((definition) => ({
    ...definition,
    handler: async (event: unknown) => JSON.parse(await invoke(lambda(), definition.name, JSON.stringify(event))),
  }));
  return {
    functions: new Map(there.map((definition) => [definition.name, definition])),
    sources: { schedules: [], rules: [], topics: [], urls: [] },
  };
}

/** Calls a deployed function and waits; rejects with what it threw. */
export async function invoke(lambda: LambdaClient, FunctionName: string, Payload: string): Promise<string> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  const text = Buffer.from(answer.Payload ?? '').toString();
  if (answer.FunctionError !== undefined) throw new Error(`${FunctionName}: ${text}`);
  return text === '' ? 'null' : text;
}
