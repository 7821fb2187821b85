import { Socket } from 'node:net';
import pg from 'pg';
import type { Login } from '../../credentials.ts';
import { verifiedTls } from '../../open-options.ts';

export type ReplicationAddress = {
  host: string;
  port: number;
  tls: boolean;
  /** As pg_stat_replication shows it. A name in synchronous_standby_names would make commits wait for us. */
  applicationName: string;
  connectTimeoutMs: number;
};

/** What becomes of a socket after the login: pieces come to `received`, which says false where it wants no more for now. */
export type OpenSocket = {
  write(bytes: Uint8Array): Promise<void>;
  /** Lets pieces come; from now on they go to `received`. */
  listen(received: (bytes: Buffer) => 'more' | 'wait', closed: (cause?: Error) => void): void;
  /** After `wait`. */
  resume(): void;
  destroy(): void;
};

/** One buffer that every read goes into: nothing is allocated for gigabytes that only pass by. */
const READ_BYTES = 256 * 1024;

type Receiver = { now?: (bytes: Buffer) => boolean };

/**
 * Logs in for replication with the driver (TLS, SCRAM) and takes its socket over. Throws whatever the driver throws.
 * https://www.postgresql.org/docs/current/protocol-replication.html
 */
export async function logIn(address: ReplicationAddress, { user, password }: Login): Promise<OpenSocket> {
  const receiver: Receiver = {};
  const socket = address.tls ? new Socket() : rawSocket(receiver);
  const config: pg.ClientConfig & { replication: string } = {
    host: address.host,
    port: address.port,
    ...(user === undefined ? {} : { user }),
    // A function keeps the driver from looking into PGPASSWORD and ~/.pgpass.
    password: () => password ?? '',
    ssl: address.tls ? verifiedTls(address.host) : false,
    application_name: address.applicationName,
    connectionTimeoutMillis: address.connectTimeoutMs,
    keepAlive: true,
    stream: () => socket,
    replication: 'true',
  };
  const client = new pg.Client(config);
  // Without a listener a dying server would end this process; the socket's own listeners say what happened.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
  return takenOver(streamOf(client) ?? socket, receiver);
}

/** Until the driver has logged in, pieces are events for it, which may keep them; afterwards they are only looked at. */
function rawSocket(receiver: Receiver): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => {
        const piece = Buffer.from(buffer.buffer, buffer.byteOffset, length);
        if (receiver.now) return receiver.now(piece);
        socket.emit('data', Buffer.from(piece));
        return true;
      },
    },
  });
  return socket;
}

/** The driver's socket, which is another one after TLS has begun; its types do not name it. */
function streamOf(client: pg.Client): Socket | undefined {
  const { connection } = client as unknown as { connection?: { stream?: Socket } };
  return connection?.stream;
}

function takenOver(socket: Socket, receiver: Receiver): OpenSocket {
  socket.removeAllListeners('data');
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (fault) => (fault ? reject(fault) : resolve()));
      }),
    listen(received, closed) {
      let cause: Error | undefined;
      socket.on('error', (fault) => (cause = fault));
      socket.once('close', () => closed(cause));
      receiver.now = (bytes) => received(bytes) === 'more';
      socket.on('data', (bytes: Buffer) => void (received(bytes) === 'wait' && socket.pause()));
      socket.resume();
    },
    resume: () => void socket.resume(),
    destroy: () => void socket.destroy(),
  };
}
