import {
  signSlackRequest,
  type FunctionUrlEvent,
  type FunctionUrlResult,
} from '../../src/local/slack/door/function-url.ts';
import type { Deployed } from './deploy.ts';
import type { Emulator } from './emulator.ts';

/** The function URL by its path: its host name is nowhere in DNS. */
export function functionUrlOf({ endpoint }: Emulator, { outputs }: Deployed): string {
  const id = /^https:\/\/(\w+)\./.exec(outputs['SlackLambdaFunctionUrl'] ?? '')?.[1] ?? '';
  return `${endpoint}/_aws/lambda-url/${id}/`;
}

/** One request of Slack over HTTP. The emulator makes the event that the function gets. */
export async function throughFunctionUrl(url: string, event: FunctionUrlEvent): Promise<FunctionUrlResult> {
  const { host: _host, 'content-length': _length, ...headers } = event.headers;
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  return post(url, headers, body);
}

/** One form body, signed now with this secret. */
export function sendSigned(url: string, body: string, secret: string): Promise<FunctionUrlResult> {
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': signSlackRequest(secret, seconds, body),
  };
  return post(url, headers, body);
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<FunctionUrlResult> {
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}
