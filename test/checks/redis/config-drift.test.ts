import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configDrift } from '../../../src/checks/redis/config-drift.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf } from '../looking.ts';

const member = (name: string, role: string, settings: Record<string, string>) => ({ names: [name], role, settings });
const sample = (primary: Record<string, string>, replica: Record<string, string>, other?: Record<string, string>) => ({
  profiles: [
    member('shop-cache-1', 'primary', primary),
    member('shop-cache-2', 'replica', replica),
    ...(other ? [member('shop-cache-3', 'replica', other)] : []),
  ],
  unseen: [],
});

describe('config drift', () => {
  it('is silent while all say the same', () => {
    expect(judged(configDrift, sample({ maxmemory: '100', timeout: '0' }, { maxmemory: '100', timeout: '0' }))).toEqual(
      [],
    );
  });

  it('warns about what changes how a replica behaves when it takes over, and informs about the rest', () => {
    const differing = sample(
      { maxmemory: '100', hz: '10', timeout: '0' },
      { maxmemory: '50', hz: '100', timeout: '60' },
    );
    expect(judged(configDrift, differing)).toMatchObject([
      {
        key: 'redis.config-drift:takeover',
        severity: 'warning',
        sentence: 'One setting differs between the members: maxmemory is 100 on shop-cache-1, 50 on shop-cache-2.',
      },
      { key: 'redis.config-drift:others', severity: 'info' },
    ]);
  });

  it('lets a replica keep the files instead of its primary, but compares replicas with each other', () => {
    expect(judged(configDrift, sample({ appendonly: 'no' }, { appendonly: 'yes' }))).toEqual([]);
    expect(judged(configDrift, sample({ save: '' }, { save: '900 1' }, { save: '' }))[0]?.sentence).toBe(
      'One setting differs between the members: save is 900 1 on shop-cache-2, nothing on shop-cache-3.',
    );
  });

  it('takes a setting that a version does not have for missing', () => {
    expect(judged(configDrift, sample({ hz: '10' }, {}))).toEqual([]);
  });
});

describe('config drift of a real pair', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ replica: true, settings: ['maxmemory 64mb'] });
  });
  afterAll(() => server.stop());
  const look = () => onRedis(server, (target) => sampleOf(configDrift, target));

  it('is found after a change by hand, and no password is read', async () => {
    const seen = await look();
    expect(judged(configDrift, seen)).toEqual([]);
    expect(JSON.stringify(seen)).not.toMatch(/requirepass|masterauth|tls-key/);
    await server.replica?.call('CONFIG', 'SET', 'maxmemory', '32mb');
    expect(judged(configDrift, await look())).toMatchObject([{ key: 'redis.config-drift:takeover' }]);
  });

  it('of one member that refuses CONFIG is told for the others, with the rule; where all do it is skipped', async () => {
    await server.replica?.call('ACL', 'SETUSER', 'default', '-config');
    expect(judged(configDrift, await look())).toMatchObject([
      {
        key: 'redis.config-drift:shop-cache-2:unseen',
        severity: 'info',
        sentence: 'Settings could not be seen on every member: default may not run CONFIG GET on shop-cache-2.',
        next: 'ACL SETUSER default +config|get',
      },
    ]);
    await server.primary.call('ACL', 'SETUSER', 'default', '-config');
    expect(await onRedis(server, (target) => ask(configDrift, target))).toMatchObject({
      skipped: 'default may not run CONFIG GET on shop-cache-1',
    });
  });
});
