import { connect, createServer, type Socket } from 'node:net';

/** The wire between a standby and its primary, which a drill can cut. */
export type ReplicationGate = {
  /** The standby connects here. */
  port: number;
  cut(): void;
  restore(): void;
  isCut(): boolean;
  close(): void;
};

/** Listens on a free port of 127.0.0.1 and passes every connection on, until it is cut: then it drops all and refuses more. */
export function openReplicationGate(upstreamPort: () => number): Promise<ReplicationGate> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const dropAll = () => sockets.forEach((socket) => socket.resetAndDestroy());
  const server = createServer((downstream) => {
    if (isCut) return void downstream.resetAndDestroy();
    const upstream = connect(upstreamPort(), '127.0.0.1');
    join(downstream, upstream, sockets);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : 0,
        cut: () => {
          isCut = true;
          dropAll();
        },
        restore: () => void (isCut = false),
        isCut: () => isCut,
        close: () => {
          server.close();
          dropAll();
        },
      });
    });
  });
}

function join(downstream: Socket, upstream: Socket, sockets: Set<Socket>): void {
  for (const [socket, other] of [
    [downstream, upstream],
    [upstream, downstream],
  ] as const) {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.pipe(other);
  }
}
