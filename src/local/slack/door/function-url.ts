import { createHmac, randomUUID } from 'node:crypto';

/** What a Lambda function URL hands to its handler (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, payload 2.0). */
export type FunctionUrlEvent = {
  version: '2.0';
  routeKey: '$default';
  rawPath: string;
  rawQueryString: string;
  /** Names in lower case. */
  headers: { [name: string]: string };
  requestContext: {
    accountId: string;
    apiId: string;
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: '$default';
    stage: '$default';
    time: string;
    timeEpoch: number;
  };
  body: string;
  isBase64Encoded: boolean;
};

export type FunctionUrlResult = {
  statusCode: number;
  headers?: { readonly [name: string]: string };
  body?: string;
  isBase64Encoded?: boolean;
};

/** One request as Slack sends it, before it is signed. */
export type SlackRequest = {
  contentType: 'application/x-www-form-urlencoded' | 'application/json';
  body: string;
  headers?: { readonly [name: string]: string };
};

const USER_AGENT = 'Slackbot 1.0 (+https://api.slack.com/robots)';

/** `v0=` + HMAC-SHA256 over `v0:<seconds>:<raw body>` (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function signSlackRequest(signingSecret: string, seconds: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex')}`;
}

/** A signed request in the form in which a function URL passes it on: form bodies arrive in base64, JSON as text. */
export function functionUrlEvent(request: SlackRequest, signingSecret: string, nowMs: number): FunctionUrlEvent {
  const seconds = Math.floor(nowMs / 1000);
  const isBase64Encoded = request.contentType !== 'application/json';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: {
      accept: 'application/json,*/*',
      'content-length': String(Buffer.byteLength(request.body)),
      'content-type': request.contentType,
      host: 'local.lambda-url.eu-central-1.on.aws',
      'user-agent': USER_AGENT,
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': signSlackRequest(signingSecret, seconds, request.body),
      ...request.headers,
    },
    requestContext: requestContext(nowMs),
    body: isBase64Encoded ? Buffer.from(request.body).toString('base64') : request.body,
    isBase64Encoded,
  };
}

function requestContext(nowMs: number): FunctionUrlEvent['requestContext'] {
  return {
    accountId: 'anonymous',
    apiId: 'local',
    domainName: 'local.lambda-url.eu-central-1.on.aws',
    domainPrefix: 'local',
    http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: USER_AGENT },
    requestId: randomUUID(),
    routeKey: '$default',
    stage: '$default',
    time: new Date(nowMs).toUTCString(),
    timeEpoch: Math.floor(nowMs),
  };
}
