/** What a handler gets beside its event (the fields of Lambda's Node.js context object). */
export type LambdaContext = {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
  done(): void;
  fail(): void;
  succeed(): void;
};
export type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** One function as it is deployed: its full name, its handler and its limits. */
export type FunctionDefinition = {
  name: string;
  handler: Handler;
  timeoutSeconds: number;
  /** Present where the function was created with a DurableConfig. */
  durable?: { executionTimeoutSeconds: number; retentionDays: number };
};
export type Functions = ReadonlyMap<string, FunctionDefinition>;

export const LOCAL_REGION = 'eu-central-1';
export const LOCAL_ACCOUNT = '000000000000';

export function functionArn(name: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${name}`;
}

/** `name`, `name:alias`, a partial or a full ARN, as the Invoke API takes them: the name and the qualifier. */
export function parseFunctionIdentifier(identifier: string): { name: string; qualifier?: string } {
  const parts = identifier.replace(/^.*:?function:/, '').split(':');
  const [name = '', qualifier] = parts;
  return qualifier === undefined ? { name } : { name, qualifier };
}
