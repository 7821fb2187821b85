import { connect, createServer, type Server as Listener } from 'node:net';
import { Transform } from 'node:stream';
import type { Server } from './backing-up.ts';

const ways: Listener[] = [];

export function closeWays(): void {
  for (const way of ways) way.close();
}

/** A way to the replica on which something happens to the bytes that come back. */
export async function wayTo(
  server: Server,
  replica: { name: string; port: number },
  make: () => Transform,
): Promise<Server> {
  const way = createServer((client) => {
    const upstream = connect(replica.port, '127.0.0.1');
    const change = make();
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const end of [client, upstream, change]) end.on('error', cut);
    client.pipe(upstream).pipe(change).pipe(client);
    client.on('close', cut);
  });
  ways.push(way);
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  const address = way.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const members = server.spec.members.map((member) => (member.name === replica.name ? { ...member, port } : member));
  return { ...server, spec: { ...server.spec, members } };
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
