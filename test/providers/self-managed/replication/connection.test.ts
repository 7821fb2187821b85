import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault } from '../../../../src/core/errors.ts';
import {
  createPhysicalSlot,
  identifySystem,
  readSlot,
  showSetting,
} from '../../../../src/providers/self-managed/replication/commands.ts';
import {
  openReplication,
  ServerSaid,
  type ReplicationConnection,
} from '../../../../src/providers/self-managed/replication/connection.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { testPasswords } from '../../../servers/passwords.ts';

const TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE state = 'backup'";

let server: TestPostgres;
const open: ReplicationConnection[] = [];
beforeAll(async () => void (server = await startTestPostgres()));
afterAll(async () => {
  for (const connection of open) connection.close();
  await server.stop();
});

async function connect(silentMs = 60_000): Promise<ReplicationConnection> {
  const address = {
    host: '127.0.0.1',
    port: server.port,
    tls: false,
    applicationName: 'nightshift',
    connectTimeoutMs: 30_000,
  };
  const login = { user: 'nightshift_copy', password: testPasswords.copy };
  const connection = await openReplication(address, login, silentMs);
  open.push(connection);
  return connection;
}

test('a role with REPLICATION is told which system it is, with a number too long for JSON', async () => {
  const connection = await connect();
  const [identity, version] = [await identifySystem(connection), await showSetting(connection, 'server_version_num')];
  const [control] = await server.query<{ id: string }>('SELECT system_identifier::text AS id FROM pg_control_system()');
  expect(identity).toEqual({
    systemId: control?.id,
    timeline: 1,
    lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
  });
  expect(version).toMatch(/^18\d{4}$/);
});

test('a slot that was made keeps WAL, and one that is not there is none', async () => {
  const connection = await connect();
  expect(await readSlot(connection, 'keeps')).toBeUndefined();
  await createPhysicalSlot(connection, 'keeps');
  expect(await readSlot(connection, 'keeps')).toMatchObject({ restartLsn: expect.stringContaining('/'), timeline: 1 });
});

test('what the server refuses has its SQLSTATE, and the connection goes on', async () => {
  const connection = await connect();
  const refused = await connection.ask('NO_SUCH_COMMAND').catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(ServerSaid);
  expect(refused).toMatchObject({ code: '0A000' });
  expect((await identifySystem(connection)).timeline).toBe(1);
});

test('a stream that is cut by its server is a fault, and no error that nobody caught', async () => {
  const connection = await connect();
  let isCut = false;
  const streaming = connection.stream("BASE_BACKUP (CHECKPOINT 'fast', MAX_RATE 1024)", {
    take: () => {
      if (isCut) return undefined;
      isCut = true;
      return server.query(TERMINATE).then(() => undefined);
    },
  });
  const fault = await streaming.catch((thrown: unknown) => thrown);
  expect(fault instanceof Fault || fault instanceof ServerSaid).toBe(true);
  await expect(connection.ask('IDENTIFY_SYSTEM')).rejects.toThrow();
});

test('a taker that is slow holds the server back, and every byte comes in order', async () => {
  const connection = await connect();
  let bytes = 0;
  let waiting = 0;
  const results = await connection.stream("BASE_BACKUP (CHECKPOINT 'fast', MANIFEST 'yes')", {
    take: (piece) => {
      expect(waiting).toBe(0);
      bytes += piece.bytes.length;
      if (bytes % 7 > 3) return undefined;
      waiting += 1;
      return new Promise((resolve) => {
        setImmediate(() => {
          waiting -= 1;
          resolve();
        });
      });
    },
  });
  expect(bytes).toBeGreaterThan(20_000_000);
  expect(results.map((rows) => rows.length)).toEqual([1, 1, 1]);
});

test('what a taker throws comes out of the command, and ends the connection', async () => {
  const connection = await connect();
  const taker = {
    take: () => {
      throw new Error('the disk is full');
    },
  };
  await expect(connection.stream("BASE_BACKUP (CHECKPOINT 'fast')", taker)).rejects.toThrow('the disk is full');
});

test('a server that says nothing any more is given up', async () => {
  const connection = await connect();
  await createPhysicalSlot(connection, 'silent');
  const { lsn } = await identifySystem(connection);
  connection.allowSilence(200);
  await expect(
    connection.stream(`START_REPLICATION SLOT silent PHYSICAL ${lsn} TIMELINE 1`, { take: () => undefined }),
  ).rejects.toMatchObject({ code: 'timed_out' });
});
