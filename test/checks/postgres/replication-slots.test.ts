import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicationSlots } from '../../../src/checks/postgres/replication-slots.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';

const GIB = 1024 ** 3;
const slot = (more: object = {}) => ({
  slots: [
    {
      slot: 'debezium',
      type: 'logical',
      plugin: 'pgoutput',
      database: 'shop',
      active: true,
      walStatus: 'reserved',
      retainedBytes: 1000,
      safeBytes: null,
      inactiveSeconds: null,
      invalidationReason: null,
      unlimited: true,
      ...more,
    },
  ],
  more: 0,
});
const severity = (more: object) => judged(replicationSlots, slot(more))[0]?.severity;

describe('replication slots', () => {
  it('stay silent below 5 GB and one hour without a reader', () => {
    expect(severity({ retainedBytes: 5 * GIB - 1 })).toBeUndefined();
    expect(severity({ active: false, inactiveSeconds: 3599 })).toBeUndefined();
  });

  it('warn at 5 GB, or after one hour without a reader', () => {
    expect(severity({ retainedBytes: 5 * GIB })).toBe('warning');
    expect(severity({ active: false, inactiveSeconds: 3600 })).toBe('warning');
  });

  it('are critical at 50 GB, after a day, and when WAL is lost or about to be', () => {
    expect(severity({ retainedBytes: 50 * GIB })).toBe('critical');
    expect(severity({ active: false, inactiveSeconds: 86_400 })).toBe('critical');
    expect(severity({ walStatus: 'lost' })).toBe('critical');
    expect(severity({ walStatus: 'unreserved' })).toBe('critical');
  });

  it('say what is kept, since when, how fast it grows, and that nothing limits it', () => {
    const now = slot({ active: false, inactiveSeconds: 187_200, retainedBytes: 212 * GIB });
    const before = { sample: slot({ retainedBytes: 211 * GIB }), secondsAgo: 1800 };
    expect(judged(replicationSlots, now, { before })[0]).toMatchObject({
      key: 'postgres.replication-slots:debezium',
      sentence:
        'Slot `debezium` keeps 212 GB of WAL (+2 GB an hour), nobody has read it for 2 d 4 h; nothing limits it (max_slot_wal_keep_size is -1).',
    });
  });

  it('say how long they last at the present rate where their limit is known, and judge by it', () => {
    const grown = (safeGib: number, retainedGib: number, secondsAgo = 3600) => {
      const before = { sample: slot({ retainedBytes: (retainedGib - 1) * GIB }), secondsAgo };
      const now = slot({ unlimited: false, safeBytes: safeGib * GIB, retainedBytes: retainedGib * GIB });
      return judged(replicationSlots, now, { before })[0];
    };
    expect(grown(12, 4.4)).toBeUndefined();
    expect(grown(11.9, 4.4)).toMatchObject({
      severity: 'warning',
      sentence: expect.stringMatching(
        /\(\+1 GB an hour\), its reader is connected; 11\.9 GB are left .* in 11 h 54 min at/,
      ),
    });
    expect(grown(1.9, 2)?.severity).toBe('critical');
  });

  it('make no forecast from a burst while most of what they may keep is free', () => {
    const before = { sample: slot({ retainedBytes: 0 }), secondsAgo: 60 };
    const burst = slot({ unlimited: false, safeBytes: 3.1 * GIB, retainedBytes: GIB });
    expect(judged(replicationSlots, burst, { before })).toEqual([]);
  });

  it('warn about a forgotten slot where the server does not say since when', () => {
    expect(severity({ active: false, retainedBytes: GIB / 4 })).toBe('warning');
  });

  it('never offer to drop a slot', () => {
    expect(judged(replicationSlots, slot({ walStatus: 'lost' }))[0]?.actions).toBeUndefined();
  });
});

describe('replication slots of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ settings: { max_slot_wal_keep_size: '1GB' } });
  });
  afterAll(() => server.stop());

  it('keep WAL that nobody fetches', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(replicationSlots, target));
    expect(await look()).toEqual({ slots: [], more: 0 });
    await server.query("SELECT pg_create_physical_replication_slot('forgotten', true)");
    await server.query("CREATE TABLE filler AS SELECT repeat('x', 1000) AS body FROM generate_series(1, 5000)");
    const seen = await look();
    expect(seen).toMatchObject({
      slots: [{ slot: 'forgotten', active: false, unlimited: false, walStatus: 'reserved' }],
    });
    const [finding] = judged(replicationSlots, seen, { limits: { warningRetainedBytes: 1_000_000 } });
    expect(finding?.sentence).toMatch(
      /^Slot `forgotten` keeps \d+(\.\d)? MB of WAL, nobody has read it for \d+ s; .* are left/,
    );
  });
});
