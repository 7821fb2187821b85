import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { redisChecks } from '../../../src/checks/index.ts';
import type { Seen } from '../../../src/core/check.ts';
import type { Json } from '../../../src/core/json.ts';
import { lookAt } from '../../../src/operations/health/look.ts';
import { redisCommands } from '../../../src/providers/redis-commands.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, until } from '../looking.ts';

let server: TestRedis;
afterEach(() => server.stop());

type Answers = { readonly [check: string]: Seen<Json> };
const answers = (spec = server.spec, environment = server.environment): Promise<Answers> =>
  onRedis({ spec, environment }, async (target) => (await lookAt(target, 'read')).answers);
const gaps = (all: Answers) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([id, seen]) =>
      'sample' in seen ? [] : [[id, 'fix' in seen ? seen.fix : seen.unreliable]],
    ),
  );

/** The target as a user of its own sees it. */
function asUser(user: string, password: string) {
  const members = server.spec.members.map((member) => ({
    ...member,
    credentials: { read: { user, password: { from: 'env', name: 'USER_PASSWORD' } as const } },
  }));
  return answers({ ...server.spec, members }, { USER_PASSWORD: password });
}

describe('on a bad day every check answers, with what would mend it', () => {
  it('to a user with the ACL that init prints: nothing is missing', async () => {
    server = await startTestRedis({ replica: true });
    const rules = [
      'reset',
      'on',
      '>canary',
      'resetkeys',
      'resetchannels',
      '-@all',
      ...redisCommands.acl.read.split(' '),
    ];
    for (const one of [server.primary, server.replica]) await one?.call('ACL', 'SETUSER', 'nightshift_read', ...rules);
    expect(gaps(await asUser('nightshift_read', 'canary'))).toEqual({});
  });

  it('to a user that may INFO and nothing else: the exact rules', async () => {
    server = await startTestRedis();
    await server.call('ACL', 'SETUSER', 'watcher', 'reset', 'on', '>canary', '+info');
    const all = await asUser('watcher', 'canary');
    expect(gaps(all)).toEqual({
      'redis.client-leaks': 'ACL SETUSER watcher +client|list',
      'redis.config-drift': 'ACL SETUSER watcher +config|get',
      'redis.latency': 'ACL SETUSER watcher +latency|latest',
      'redis.slow-log': 'ACL SETUSER watcher +slowlog|get',
    });
  });

  it('of a server with renamed commands: it says that they are not offered, and never sends their new names', async () => {
    server = await startTestRedis({
      settings: [
        'rename-command CONFIG ""',
        'rename-command SLOWLOG hidden-slowlog',
        'rename-command LATENCY ""',
        'rename-command CLIENT ""',
      ],
    });
    const all = await answers();
    expect(Object.keys(gaps(all)).toSorted()).toEqual([
      'redis.client-leaks',
      'redis.config-drift',
      'redis.latency',
      'redis.slow-log',
    ]);
    expect(all['redis.slow-log']).toEqual({
      skipped: 'shop-cache-1 does not offer SLOWLOG GET: renamed in redis.conf, or kept back by who hosts it',
      fix: 'Take `rename-command SLOWLOG` out of redis.conf and use an ACL instead; where a service hosts the server there is nothing to grant.',
    });
    expect(all['redis.persistence']).toMatchObject({ sample: { members: [{ snapshots: null }] } });
  });

  it('of a replica that is loading its data set: it is named, and the primary is judged as ever', async () => {
    server = await startTestRedis({ replica: true });
    const { replica } = server;
    // Nothing that can be packed: between two keys there have to be 1,024 bytes.
    for (let n = 0; n < 200; n += 1) await server.call('SET', `filler:${n}`, randomBytes(2000).toString('base64'));
    // What it wrote by itself keeps it from going on where it left off: it has to load everything.
    await replica?.call('REPLICAOF', 'NO', 'ONE');
    await replica?.call('SET', 'own', 'way');
    // A tenth of a second a key, with a word for us in between.
    await replica?.call('CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
    await replica?.call('CONFIG', 'SET', 'key-load-delay', '100000');
    await replica?.call('CONFIG', 'SET', 'repl-diskless-load', 'disabled');
    await replica?.call('REPLICAOF', '127.0.0.1', String(server.port));
    const isLoading = (all: Answers) => JSON.stringify(all['redis.persistence']).includes('"loading":true');
    const all = await until(() => answers(), isLoading);
    expect(gaps(all)).toEqual({});
    const persistence = redisChecks.find(({ id }) => id === 'redis.persistence');
    const seen = all['redis.persistence'];
    if (!persistence || !seen || !('sample' in seen)) throw new Error('persistence did not answer');
    expect(judged(persistence, seen.sample).find(({ key }) => !key.includes('nothing-kept'))).toMatchObject({
      key: 'redis.persistence:shop-cache-2',
      severity: 'critical',
      sentence: expect.stringMatching(
        /^shop-cache-2 \(replica\) is still loading its data set and answers nothing else \(/,
      ) as string,
    });
    await replica?.stop('SIGKILL');
  });

  it('of a server whose other member hangs: the checks of the rest answer', async () => {
    server = await startTestRedis({ replica: true });
    const { replica } = server;
    await onRedis(
      server,
      async (target) => {
        process.kill(replica?.pid ?? 0, 'SIGSTOP');
        const { answers: all } = await lookAt(target, 'read');
        process.kill(replica?.pid ?? 0, 'SIGCONT');
        expect(gaps(all)).toEqual({});
        expect(all['redis.memory']).toMatchObject({
          sample: { members: [{ name: 'shop-cache-1' }], unseen: [{ name: 'shop-cache-2' }] },
        });
      },
      { queryTimeoutMs: 3000 },
    );
  });
});
