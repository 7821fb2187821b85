import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { onPostgres } from '../checks/looking.ts';

/** Listens on a free port; `answer` gets the first packet that a client sends. */
async function listen(answer: (client: Socket, startup: Buffer) => void): Promise<{ port: number; close(): void }> {
  const server = createServer((client) => {
    client.on('error', () => {});
    client.once('data', (startup: Buffer) => answer(client, startup));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
}

/** As PgBouncer with `ignore_startup_parameters = options`: the parameter is dropped without a word. */
function withoutOptions(startup: Buffer): Buffer {
  const words = startup.subarray(8).toString().split('\0');
  const at = words.indexOf('options');
  const body = Buffer.from(words.toSpliced(at, 2).join('\0'));
  const head = Buffer.from(startup.subarray(0, 8));
  head.writeInt32BE(8 + body.length, 0);
  return Buffer.concat([head, body]);
}

/** ErrorResponse: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function refusal(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.from('E0000');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

describe('behind a pooler', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  const unreachedAt = (port: number) => {
    const members = server.spec.members.map((member) => ({ ...member, port }));
    const { environment, spec } = server;
    return onPostgres({ environment, spec: { ...spec, members } }, async ({ unreached }) => unreached);
  };

  it('a member whose limits are dropped without a word is refused with the reason', async () => {
    const pooler = await listen((client, startup) => {
      const upstream = connect(server.port, '127.0.0.1', () => upstream.write(withoutOptions(startup)));
      upstream.on('error', () => client.destroy());
      client.pipe(upstream).pipe(client);
    });
    expect(await unreachedAt(pooler.port)).toMatchObject([
      { code: 'unsupported', reason: expect.stringMatching(/limits of the session were ignored .* direct connection/) },
    ]);
    pooler.close();
  });

  it('a member whose limits are refused is refused with the reason', async () => {
    const pooler = await listen((client) => client.end(refusal('unsupported startup parameter: options')));
    expect(await unreachedAt(pooler.port)).toMatchObject([
      { code: 'unsupported', reason: expect.stringMatching(/startup options were refused .* direct connection/) },
    ]);
    pooler.close();
  });
});
