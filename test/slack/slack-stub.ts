import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StubCall = { method: string; token: string; body: Record<string, string> };
export type StubAnswer = { status?: number; headers?: Record<string, string>; body?: object; hangUp?: boolean };
export type SlackStub = {
  apiUrl: string;
  responseUrl: string;
  calls: StubCall[];
  /** Resolves with the next call of a method that nobody waited for yet. */
  next(method: string): Promise<StubCall>;
  /** What a method answers from now on; `{ ok: true }` when not said. */
  answers: Map<string, (call: StubCall, n: number) => StubAnswer>;
  close(): Promise<void>;
};

/** A Slack of two pages: it keeps what it is told and answers as it is told. */
export async function startSlackStub(): Promise<SlackStub> {
  const calls: StubCall[] = [];
  const seen = new Map<string, number>();
  const waiting: { method: string; resolve: (call: StubCall) => void }[] = [];
  const answers: SlackStub['answers'] = new Map();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    calls.push(call);
    const n = (seen.get(call.method) ?? 0) + 1;
    seen.set(call.method, n);
    const given = answers.get(call.method)?.(call, n) ?? {};
    const index = waiting.findIndex(({ method }) => method === call.method);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(call);
    if (given.hangUp) return void request.socket.destroy();
    response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
    response.end(JSON.stringify(given.body ?? { ok: true, ts: `179000000${n}.000100` }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    responseUrl: `http://127.0.0.1:${port}/api/response_url`,
    calls,
    answers,
    next: (method) => new Promise((resolve) => waiting.push({ method, resolve })),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readCall(request: IncomingMessage): Promise<StubCall> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const method = (request.url ?? '').replace('/api/', '');
  const body = text.startsWith('{')
    ? Object.fromEntries(
        Object.entries(JSON.parse(text) as Record<string, unknown>).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      )
    : Object.fromEntries(new URLSearchParams(text));
  return { method, token: request.headers.authorization ?? '', body };
}
