import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { persistence } from '../../../src/checks/redis/persistence.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const member = (more: object = {}) => ({
  members: [
    {
      name: 'shop-cache-1',
      role: 'primary',
      loading: false,
      rdbOk: true,
      aofEnabled: false,
      aofOk: true,
      savedSecondsAgo: 60,
      changesSinceSave: 0,
      snapshots: true,
      ...more,
    },
  ],
});
const severity = (more: object) => judged(persistence, member(more))[0]?.severity;

describe('persistence', () => {
  it('stays silent when the last snapshot went well', () => {
    expect(severity({})).toBeUndefined();
  });

  it('is critical when a snapshot or the append-only file cannot be written, and while data is loaded', () => {
    expect(severity({ rdbOk: false })).toBe('critical');
    expect(severity({ aofEnabled: true, aofOk: false })).toBe('critical');
    expect(severity({ loading: true })).toBe('critical');
  });

  it('warns about a snapshot older than a day only while changes wait for the next one', () => {
    expect(severity({ savedSecondsAgo: 86_400 })).toBeUndefined();
    expect(severity({ savedSecondsAgo: 86_399, changesSinceSave: 5 })).toBeUndefined();
    expect(severity({ savedSecondsAgo: 86_400, changesSinceSave: 5 })).toBe('warning');
  });

  it('does not ask for snapshots that nobody configured, and says that a restart begins empty', () => {
    expect(severity({ savedSecondsAgo: 9e6, changesSinceSave: 5, snapshots: false })).toBeUndefined();
    expect(severity({ savedSecondsAgo: 9e6, changesSinceSave: 5, snapshots: null })).toBeUndefined();
    expect(persistence.facts({ read: member({ snapshots: false }) })).toEqual([
      { label: 'Persistence', value: 'off: a restart begins empty' },
    ]);
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

  it('does without CONFIG where it is not allowed', async () => {
    await server.call('ACL', 'SETUSER', 'default', '-config');
    const seen = await onRedis(server, (target) => sampleOf(persistence, target));
    expect(seen).toMatchObject({ members: [{ snapshots: null }] });
    await server.call('ACL', 'SETUSER', 'default', '+config');
  });
});
