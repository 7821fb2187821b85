import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isServiceError, type ServiceErrorName } from '../../runtime/durable/service-error.ts';

/** A request as the routes see it: `path` is split at `/` and decoded, without the leading empty part. */
export type Question = {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
};
export type Answer = { status: number; headers?: { readonly [name: string]: string }; body?: string };

const statusOf: { readonly [N in ServiceErrorName]: number } = {
  DurableExecutionAlreadyStartedException: 409,
  ResourceNotFoundException: 404,
  InvalidParameterValueException: 400,
  CallbackTimeoutException: 400,
  RequestTooLargeException: 413,
};

export async function readQuestion(request: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? 'GET',
    path: url.pathname.split('/').slice(1).map(decodeURIComponent),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

export function writeAnswer(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers });
  response.end(body);
}

export function json(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value) };
}

/** A refusal with its name where the AWS SDK looks for it (REST-JSON protocol: the header `x-amzn-errortype`). */
export function refusal(thrown: unknown): Answer {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isServiceError(thrown)) return named(thrown.name, message, statusOf[thrown.name]);
  const rejectedCheckpoint = thrown instanceof Error && thrown.name === 'DurableExecutionClientError';
  if (rejectedCheckpoint) return named('InvalidParameterValueException', message, 400);
  if (thrown instanceof SyntaxError) return named('InvalidRequestContentException', message, 400);
  return named('ServiceException', message, 500);
}

function named(name: string, message: string, status: number): Answer {
  return { ...json({ Type: 'User', message }, status), headers: { 'x-amzn-errortype': name } };
}
