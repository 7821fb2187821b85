import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import type { TestPostgres } from '../../../servers.ts';

/** A way to the primary on which something happens to the bytes that come back. */
export type Way = { server: TestPostgres; close(): void };

export async function wayThrough(server: TestPostgres, make: () => Transform): Promise<Way> {
  const way = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1');
    const change = make();
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    change.on('error', () => {
      client.destroy();
      upstream.destroy();
    });
    client.pipe(upstream).pipe(change).pipe(client);
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  const address = way.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const members = server.spec.members.filter(({ role }) => role === 'primary').map((member) => ({ ...member, port }));
  const changed = Object.assign(Object.create(server) as TestPostgres, { spec: { ...server.spec, members } });
  return { server: changed, close: () => void way.close() };
}

/** Only what one connection brought in more bytes than any question is answered with. */
export function after(
  bytes: number,
  then: (piece: Buffer, transform: Transform) => Buffer | undefined,
): () => Transform {
  return () => {
    let passed = 0;
    let isDone = false;
    return new Transform({
      transform(piece: Buffer, _encoding, next) {
        passed += piece.length;
        if (isDone || passed < bytes) return next(null, piece);
        isDone = true;
        const changed = then(piece, this);
        if (changed) next(null, changed);
      },
    });
  };
}
