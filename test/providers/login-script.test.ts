import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTarget } from '../../src/providers/index.ts';
import { loginScript, roomsOf, usualUser } from '../../src/providers/login-script.ts';
import { memoryContext } from '../../src/app/memory-context.ts';
import { findRunOperation } from '../../src/app/find-operation.ts';
import { createMask } from '../../src/core/mask.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let postgres: TestPostgres;
let redis: TestRedis;
beforeAll(async () => {
  postgres = await startTestPostgres();
  redis = await startTestRedis({ replica: true });
});
afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
});

const from = { from: 'env', name: 'ROOM' } as const;

/** The target with other users, so that nothing of the test server's own roles helps. */
function withUsers(spec: TargetSpec): TargetSpec {
  const credentials = Object.fromEntries(roomsOf(spec).map((room) => [room, { user: `room_${room}`, password: from }]));
  return { ...spec, members: spec.members.map((member) => ({ ...member, credentials })) };
}

/** How many checks of the health report answer in the read room. */
async function coverage(spec: TargetSpec) {
  const target = await openTarget(spec, 'read', { secret: async () => 'canary' });
  const operation = findRunOperation('health');
  if (!operation) throw new Error('there is no health');
  const { name, engine, environment } = spec;
  const context = memoryContext(
    operation,
    { name, engine, environment },
    { target, mask: createMask([]), nowMs: Date.now(), user: 'U0' },
  );
  const outcome = await operation.run(context, {});
  await target.close();
  return 'done' in outcome ? outcome.done.coverage : outcome;
}

test('what it says for PostgreSQL makes logins with which every check answers', async () => {
  const spec = withUsers(postgres.spec);
  const script = loginScript(spec)
    .split('\n')
    .map((line) => line.replace(/^\\password (\w+)$/, "ALTER ROLE $1 PASSWORD 'canary';"))
    .map((line) => line.replace(/^\\i (\S+)$/, (_line, path: string) => readFileSync(path, 'utf8')));
  await postgres.query(script.slice(1).join('\n'));
  expect(await coverage(spec)).toMatchObject({ gaps: [] });
  for (const room of roomsOf(spec)) {
    const target = await openTarget(spec, room, { secret: async () => 'canary' });
    expect({ room, unreached: target.unreached }).toEqual({ room, unreached: [] });
    await target.close();
  }
});

test('what it says for Redis makes users with which every check answers, and nothing else', async () => {
  const spec = withUsers(redis.spec);
  const lines = loginScript(spec)
    .split('\n')
    .filter((line) => line.startsWith('ACL'));
  for (const server of [redis, redis.replica!]) {
    for (const line of lines) {
      const [command = '', ...args] = line.replace(/>PASSWORD-OF-\w+/, '>canary').split(' ');
      await server.call(command, ...args);
    }
  }
  expect(await coverage(spec)).toMatchObject({ gaps: [] });
  expect(await redis.call('ACL', 'DRYRUN', 'room_read', 'FLUSHALL')).toMatch(/no permissions/);
  expect(await redis.call('ACL', 'DRYRUN', 'room_read', 'GET', 'key')).toMatch(/no permissions/);
});

test('a host that is not ours gives signed logins and no replication of its own', () => {
  const rds = { ...withUsers(postgres.spec), provider: 'rds' };
  const signed = { user: 'room_read', password: { from: 'iam' } } as const;
  const spec = { ...rds, members: rds.members.map((member) => ({ ...member, credentials: { read: signed } })) };
  expect(roomsOf(spec)).toEqual(['read', 'act']);
  expect(loginScript(spec).split('\n').slice(1)).toEqual([
    '\\i infra/migrations/init-database.sql',
    'CREATE ROLE room_read LOGIN;',
    'GRANT rds_iam TO room_read;',
    'GRANT nightshift_read TO room_read;',
  ]);
  const usual = { ...signed, user: 'nightshift_read' };
  const plain = { ...rds, members: rds.members.map((member) => ({ ...member, credentials: { read: usual } })) };
  expect(loginScript(plain).split('\n').slice(1)).toEqual([
    '\\i infra/migrations/init-database.sql',
    'GRANT rds_iam TO nightshift_read;',
  ]);
  const cache = { ...spec, engine: 'redis', provider: 'elasticache' } as const;
  expect(usualUser(cache, 'read')).toBe('nightshift-read');
  expect(loginScript(cache)).toMatch(
    /create-user --user-id room_read .*--authentication-mode Type=iam .*--access-string "on -@all \+info/,
  );
});

test('a name that SQL would read otherwise stands in quotes', () => {
  const odd = { user: 'Night"shift', password: from };
  const spec = {
    ...postgres.spec,
    members: postgres.spec.members.map((one) => ({ ...one, credentials: { read: odd } })),
  };
  expect(loginScript(spec)).toContain('CREATE ROLE "Night""shift" LOGIN;');
});
