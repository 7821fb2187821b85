import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A way to S3 on which whoever sends the nth request that changes something is killed, before it arrives or after it is carried out. */
export type DyingWay = {
  url: string;
  /** From now on; nobody where it is undefined. */
  order(order: { nth: number; moment: 'before' | 'after'; kill(): void } | undefined): void;
  close(): Promise<void>;
};

export async function wayToBucket(to: string): Promise<DyingWay> {
  let order: Parameters<DyingWay['order']>[0];
  let changes = 0;
  const pass = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await buffer(asked);
    const isChange = asked.method !== 'GET' && asked.method !== 'HEAD';
    if (isChange) changes += 1;
    const death = isChange && changes === order?.nth ? order : undefined;
    if (death?.moment === 'before') {
      death.kill();
      return;
    }
    const { status, headers, body: said } = await forward(to, asked, body);
    if (death) death.kill();
    else answer.writeHead(status, headers).end(said);
  };
  const server = createServer((asked, answer) => void pass(asked, answer).catch(() => answer.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    order: (next) => {
      order = next;
      changes = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Passed = { status: number; headers: IncomingMessage['headers']; body: Buffer };

async function forward(to: string, asked: IncomingMessage, body: Buffer): Promise<Passed> {
  const { method, headers, url = '/' } = asked;
  const sent = request(new URL(url, to), { method, headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
}
