import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persistence } from '../../../src/checks/redis/persistence.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const one = (more: object = {}) => ({
  name: 'shop-cache-1',
  role: 'primary',
  runId: 'a',
  loading: false,
  loadedRatio: null,
  loadSecondsLeft: null,
  rdbOk: true,
  savingSeconds: null,
  aofEnabled: false,
  aofWriteOk: true,
  aofRewriteOk: true,
  rewritingSeconds: null,
  delayedFsyncs: 10,
  savedSecondsAgo: 60,
  changesSinceSave: 0,
  snapshots: true,
  replicas: 0,
  ...more,
});
const member = (more: object = {}) => ({ members: [one(more)], unseen: [] });
const found = (more: object) =>
  judged(persistence, member(more)).map(({ key, severity }) => `${severity} ${key.split(':')[2] ?? ''}`.trim());

describe('persistence', () => {
  it('stays silent when the last snapshot went well', () => {
    expect(found({})).toEqual([]);
  });

  it('is critical when a snapshot or the append-only file cannot be written, and while data is loaded', () => {
    expect(found({ rdbOk: false })).toEqual(['critical']);
    expect(found({ aofEnabled: true, aofWriteOk: false })).toEqual(['critical']);
    expect(found({ loading: true })).toEqual(['critical']);
    expect(judged(persistence, member({ loading: true, loadedRatio: 0.25, loadSecondsLeft: 90 }))[0]?.sentence).toBe(
      'shop-cache-1 (primary) is still loading its data set and answers nothing else (25 % done, about 1 min left).',
    );
  });

  it('warns about a rewrite that failed: the file works, and grows', () => {
    expect(found({ aofEnabled: true, aofRewriteOk: false })).toEqual(['warning rewrite']);
    expect(found({ aofEnabled: false, aofRewriteOk: false })).toEqual([]);
  });

  it('warns about a snapshot or rewrite that runs for an hour', () => {
    expect(found({ savingSeconds: 3599 })).toEqual([]);
    expect(found({ savingSeconds: 3600 })).toEqual(['warning running']);
    expect(judged(persistence, member({ rewritingSeconds: 3600 }))[0]?.sentence).toMatch(/^A rewrite of shop-cache-1/);
  });

  it('warns about writes that waited for the disk since the earlier look, never across a restart', () => {
    const before = (more: object = {}) => ({ before: { sample: member(more), secondsAgo: 100 } });
    expect(judged(persistence, member({ delayedFsyncs: 14 }), before())).toEqual([]);
    expect(judged(persistence, member({ delayedFsyncs: 15 }), before())[0]?.key).toBe(
      'redis.persistence:shop-cache-1:disk',
    );
    expect(judged(persistence, member({ delayedFsyncs: 15 }), before({ runId: 'b' }))).toEqual([]);
    expect(judged(persistence, member({ delayedFsyncs: 15 }), before({ delayedFsyncs: null }))).toEqual([]);
  });

  it('warns about a snapshot older than a day only while changes wait for the next one', () => {
    expect(found({ savedSecondsAgo: 86_400 })).toEqual([]);
    expect(found({ savedSecondsAgo: 86_399, changesSinceSave: 5 })).toEqual([]);
    expect(found({ savedSecondsAgo: 86_400, changesSinceSave: 5 })).toEqual(['warning']);
    expect(found({ savedSecondsAgo: null, changesSinceSave: 5 })).toEqual([]);
  });

  it('does not ask for snapshots that nobody configured, and says that a restart begins empty', () => {
    expect(found({ savedSecondsAgo: 9e6, changesSinceSave: 5, snapshots: false })).toEqual([]);
    expect(found({ savedSecondsAgo: 9e6, changesSinceSave: 5, snapshots: null })).toEqual([]);
    expect(persistence.facts({ read: member({ snapshots: false }) })).toEqual([
      { label: 'Persistence', value: 'off: a restart begins empty' },
    ]);
  });

  it('tells, as info, of a primary that would come back empty and empty its replicas', () => {
    expect(found({ snapshots: false, replicas: 2 })).toEqual(['info nothing-kept']);
    expect(found({ snapshots: false, replicas: 2, role: 'replica' })).toEqual([]);
    expect(found({ snapshots: false, replicas: 2, aofEnabled: true })).toEqual([]);
  });
});

describe('persistence of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['save 3600 1'] });
  });
  afterAll(() => server.stop());

  it('finds a snapshot that could not be written', async () => {
    const look = () => onRedis(server, (target) => sampleOf(persistence, target));
    const healthy = await look();
    expect(healthy).toMatchObject({ members: [{ snapshots: true, rdbOk: true }] });
    expect(judged(persistence, healthy)).toEqual([]);
    await server.call('SET', 'k', 'v');
    // A directory where the file should be: no permission bit stops root, this does.
    const blocking = join(dirname(server.configurationFile), 'dump.rdb');
    mkdirSync(blocking);
    await server.call('BGSAVE');
    const failed = await until(look, (sample) => judged(persistence, sample).length > 0);
    rmSync(blocking, { recursive: true });
    expect(judged(persistence, failed)[0]?.sentence).toMatch(
      /^The last snapshot of shop-cache-1 \(primary\) failed; .* 1 change since/,
    );
  });

  it('finds a rewrite of the append-only file that failed, which does not stop writes', async () => {
    const look = () => onRedis(server, (target) => sampleOf(persistence, target));
    await server.call('BGSAVE');
    await until(look, (sample) => judged(persistence, sample).length === 0);
    await server.call('CONFIG', 'SET', 'appendonly', 'yes');
    const rewriting = (state: number) => (said: string) => said.includes(`aof_rewrite_in_progress:${state}`);
    const info = () => server.call('INFO', 'persistence').then(String);
    await until(info, rewriting(0));
    // Ten seconds a key: long enough to meet the child at work, and to end it as the kernel does when memory is short.
    await server.call('CONFIG', 'SET', 'rdb-key-save-delay', '10000000');
    await server.call('BGREWRITEAOF');
    await until(info, rewriting(1));
    process.kill(Number(execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' })), 'SIGKILL');
    const failed = await until(look, (sample) =>
      judged(persistence, sample).some(({ key }) => key.endsWith(':rewrite')),
    );
    expect(judged(persistence, failed)).toMatchObject([{ severity: 'warning' }]);
    expect(await server.call('SET', 'still', 'writes')).toBe('OK');
    await server.call('CONFIG', 'SET', 'appendonly', 'no');
  });

  it('does without CONFIG where it is not allowed', async () => {
    await server.call('ACL', 'SETUSER', 'default', '-config');
    const seen = await onRedis(server, (target) => sampleOf(persistence, target));
    expect(seen).toMatchObject({ members: [{ snapshots: null }] });
    await server.call('ACL', 'SETUSER', 'default', '+config');
  });
});
