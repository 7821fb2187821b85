/** The answer of a Lambda function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload */
export type FunctionUrlResult = { statusCode: number; headers: Record<string, string>; body: string };

/** 200 with a JSON body. */
export function json(body: object): FunctionUrlResult {
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A status without a body. */
export function bare(statusCode: number): FunctionUrlResult {
  return { statusCode, headers: {}, body: '' };
}
