import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../../core/errors.ts';

export type Listen = { host: string; port: number };
export type HttpDoorOptions = {
  listen: Listen;
  /** What a sender of alarms has to show; without one nobody may send any. */
  alarmToken: string | undefined;
  /** Handles an alarm: JSON text in and out. A sender whose alarm was not handled has to send it again. */
  handleAlarm(event: string): Promise<string>;
  /** Why the server is not well, or undefined. */
  problem(): string | undefined;
};
export type HttpDoor = { address: string; close(): Promise<void> };

/** The most that EventBridge or SNS send in one event is 256 KB. */
const LARGEST_BYTES = 300_000;
const REQUEST_WITHIN_MS = 10_000;

/** `POST /alarm` with a bearer token, and `GET /healthz`. Throws `conflict` when the address cannot be had. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { host, port } = options.listen;
  const server = createServer({ requestTimeout: REQUEST_WITHIN_MS, headersTimeout: REQUEST_WITHIN_MS });
  server.on('request', (request, response) => {
    void serve(options, request, response).catch(() => reply(response, 503, { error: 'not now; send it again' }));
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw new Fault('conflict', `${host}:${port} cannot be listened on: ${codeOf(thrown)}`, { cause: thrown });
  }
  const bound = server.address() as AddressInfo;
  return {
    address: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const hanging = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(hanging);
    },
  };
}

async function serve(options: HttpDoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/healthz') return serveHealth(options, request, response);
  if (path === '/alarm') return serveAlarm(options, request, response);
  reply(response, 404, { error: 'there is POST /alarm and GET /healthz' });
}

function serveHealth({ problem }: HttpDoorOptions, { method }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET' && method !== 'HEAD') return reply(response, 405, { error: 'GET only' });
  const found = problem();
  reply(response, found === undefined ? 200 : 503, { status: found ?? 'ok' });
}

async function serveAlarm(
  { alarmToken, handleAlarm }: HttpDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return reply(response, 405, { error: 'POST only' });
  if (alarmToken === undefined) return reply(response, 403, { error: 'no alarms are taken: no token is set' });
  if (!isBearer(request.headers.authorization, alarmToken)) {
    response.setHeader('www-authenticate', 'Bearer');
    return reply(response, 401, { error: 'the bearer token is missing or wrong' });
  }
  const body = await readBody(request);
  if (body === undefined) return reply(response, 413, { error: `an event has ${LARGEST_BYTES} bytes at most` });
  if (!isJsonObject(body)) return reply(response, 400, { error: 'the body is not a JSON object' });
  reply(response, 200, JSON.parse(await handleAlarm(body)) as object);
}

/** Compared by their hashes, so that neither length nor content shows in the time it takes. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(body)}\n`);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
