import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';

/** Stands between a client and the table and swallows answers: the work is done, nobody hears of it. */
export type LossyProxy = { endpoint: string; loseNextPutAnswer(): void; lost(): number; stop(): Promise<void> };

export async function startLossyProxy(endpoint: string): Promise<LossyProxy> {
  let isArmed = false;
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const path = new URL(incoming.url ?? '/', endpoint);
    const onward = forward(
      path,
      { method: incoming.method ?? 'POST', headers: incoming.headers },
      (answer: IncomingMessage) => {
        if (isArmed && incoming.headers['x-amz-target']?.toString().endsWith('.PutItem')) {
          isArmed = false;
          lost += 1;
          answer.resume().once('end', () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    loseNextPutAnswer: () => (isArmed = true),
    lost: () => lost,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
