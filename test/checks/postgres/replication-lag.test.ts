import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicationLag } from '../../../src/checks/postgres/replication-lag.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const said = {
  inRecovery: true,
  receiver: 'streaming',
  silentSeconds: 1,
  replayedBytes: 5000 * MIB,
  replayedSecondsAgo: 3600,
  paused: false,
};
const sender = { application: 'shop-db-2', state: 'streaming', lagBytes: 0, lagSeconds: null, replySecondsAgo: 5 };
const pair = (
  behindBytes: number,
  more: { said?: object | null; sender?: object | null; senders?: object[] } = {},
) => ({
  primary: 'shop-db-1',
  positionBytes: 5000 * MIB + behindBytes,
  replicas: [
    {
      name: 'shop-db-2',
      said: more.said === null ? null : { ...said, ...more.said },
      sender: more.sender === null ? null : { ...sender, lagBytes: behindBytes, ...more.sender },
    },
  ],
  senders: (more.senders ?? (more.sender === null ? [] : [sender])) as never[],
});
const only = (sample: ReturnType<typeof pair>, limits = {}) => judged(replicationLag, sample as never, { limits })[0];

describe('replication lag', () => {
  it('stays silent on an idle pair, however long ago the last transaction was replayed', () => {
    expect(only(pair(0))).toBeUndefined();
    expect(replicationLag.facts({ read: pair(0) })).toEqual([{ label: 'Lag of shop-db-2', value: '0 bytes, 0 s' }]);
  });

  it('warns only when both seconds and bytes are over their limits', () => {
    expect(only(pair(64 * MIB, { sender: { lagSeconds: 29 } }))).toBeUndefined();
    expect(only(pair(63 * MIB, { sender: { lagSeconds: 299 } }))).toBeUndefined();
    expect(only(pair(64 * MIB, { sender: { lagSeconds: 30 } }))?.sentence).toBe(
      'Replica shop-db-2 is 64 MB and 30 s behind (warning at 30 s).',
    );
  });

  it('is critical at 300 s and 1 GB', () => {
    expect(only(pair(1024 * MIB, { sender: { lagSeconds: 300 } }))?.severity).toBe('critical');
  });

  it('warns when readers see data older than 300 s, however few bytes that is', () => {
    expect(only(pair(1000, { sender: { lagSeconds: 300 } }))?.severity).toBe('warning');
  });

  it('takes the age of the last transaction for no more than an upper bound', () => {
    expect(only(pair(63 * MIB, { sender: null, senders: [] }))).toBeUndefined();
    expect(only(pair(64 * MIB, { sender: null }))?.sentence).toContain('64 MB and at most 1 h behind');
  });

  it('tells a former primary that refuses writes from a second one that takes them', () => {
    expect(only(pair(0, { said: { inRecovery: false }, sender: null }))?.sentence).toBe(
      'shop-db-2 takes writes although shop-db-1 does too: the two have parted.',
    );
    expect(only(pair(0, { said: { inRecovery: false, closed: true }, sender: null }))).toMatchObject({
      severity: 'critical',
      sentence: 'shop-db-2 is no replica of shop-db-1 but a former primary: it refuses writes, and its rows grow old.',
    });
  });

  it('is critical when a replica in reach does not stream, with its real distance', () => {
    const finding = only(pair(44 * MIB, { said: { receiver: null }, sender: null }));
    expect(finding).toMatchObject({ key: 'postgres.replication-lag:shop-db-2', severity: 'critical' });
    expect(finding?.sentence).toContain(
      'does not stream from shop-db-1 (WAL receiver: not running); it is 44 MB and at most 1 h behind',
    );
  });

  it('is critical when an expected replica is missing on both sides', () => {
    expect(only(pair(0, { said: null, sender: null }))?.sentence).toBe(
      'Replica shop-db-2 is not connected to shop-db-1: it gets nothing of what is written.',
    );
  });

  it('believes the primary when only we cannot reach the replica', () => {
    expect(only(pair(0, { said: null }))).toBeUndefined();
    expect(
      only(pair(0, { said: null, sender: null, senders: [{ ...sender, application: 'walreceiver' }] })),
    ).toBeUndefined();
  });

  it('is critical when only the connection of a replica is left and nothing comes back', () => {
    const quiet = (replySecondsAgo: number, bytes = 3 * MIB) =>
      only(pair(bytes, { said: null, sender: { replySecondsAgo } }));
    expect(quiet(29)).toBeUndefined();
    expect(quiet(600, 0)).toBeUndefined();
    expect(quiet(40)).toMatchObject({
      severity: 'critical',
      sentence:
        'Replica shop-db-2 holds its connection to shop-db-1 and has said nothing for 40 s (limit 30 s); it is 3 MB and 40 s behind.',
    });
  });

  it('warns of a gigabyte that nobody knows the age of', () => {
    expect(only(pair(1023 * MIB))).toBeUndefined();
    expect(only(pair(1024 * MIB))?.sentence).toBe('Replica shop-db-2 is 1 GB behind (warning at 1 GB).');
  });

  it('is critical when the replica takes writes too, or hears nothing while there is something to hear', () => {
    expect(only(pair(0, { said: { inRecovery: false } }))?.sentence).toContain(
      'takes writes although shop-db-1 does too',
    );
    expect(only(pair(8, { said: { silentSeconds: 120 } }))?.sentence).toContain(
      'has heard nothing from shop-db-1 for 2 min',
    );
    expect(only(pair(0, { said: { silentSeconds: 120 } }))).toBeUndefined();
  });

  it('warns when replay is paused', () => {
    expect(only(pair(8, { said: { paused: true } }))?.severity).toBe('warning');
  });
});

describe('replication lag of a real pair', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ replica: true, settings: { wal_retrieve_retry_interval: '100ms' } });
    await server.query('CREATE TABLE filler (body text)');
  });
  afterAll(() => server.stop());

  const look = () => onPostgres(server, (target) => sampleOf(replicationLag, target));
  const quiet = () => until(look, (sample) => judged(replicationLag, sample).length === 0);
  /** The process that receives WAL on the standby. */
  const receiverOf = async () => {
    const [row] = await replica().query<{ pid: number }>('SELECT pid FROM pg_stat_wal_receiver');
    return row ? [row.pid] : [];
  };
  const replica = () => {
    if (!server.replica) throw new Error('a replica was asked for');
    return server.replica;
  };

  it('is nothing on an idle pair', async () => {
    const sample = await quiet();
    const [fact] = replicationLag.facts({ read: sample });
    expect(fact?.label).toBe('Lag of shop-db-2');
    expect(sample).toMatchObject({ replicas: [{ sender: { state: 'streaming' }, said: { receiver: 'streaming' } }] });
  });

  it('is never zero for a cut link, and heals', async () => {
    await server.query('ALTER ROLE nightshift_copy NOLOGIN');
    await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
    await server.query("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
    const cut = await until(look, (sample) => JSON.stringify(sample).includes('"receiver":null'));
    const [finding] = judged(replicationLag, cut);
    expect(finding).toMatchObject({ severity: 'critical', key: 'postgres.replication-lag:shop-db-2' });
    expect(finding?.sentence).toMatch(/is \d+(\.\d)? MB/);
    await server.query('ALTER ROLE nightshift_copy LOGIN');
    await quiet();
  });

  it('knows when a standby that hangs last said a word', async () => {
    const [receiver] = await receiverOf();
    process.kill(replica().pid, 'SIGSTOP');
    if (receiver) process.kill(receiver, 'SIGSTOP');
    await server.query("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 2000)");
    const frozen = () =>
      onPostgres(server, (target) => sampleOf(replicationLag, target), {
        connectTimeoutMs: 3000,
        queryTimeoutMs: 3000,
      });
    const heard = (sample: unknown) => (sample as ReturnType<typeof pair>).replicas[0];
    const seen = await until(
      frozen,
      (sample) => (heard(sample)?.sender?.replySecondsAgo ?? 0) > 1 && heard(sample)?.said === null,
    );
    expect(heard(seen)?.sender?.lagBytes).toBeGreaterThan(1_000_000);
    if (receiver) process.kill(receiver, 'SIGCONT');
    process.kill(replica().pid, 'SIGCONT');
    await quiet();
  });

  it('names a paused replay', async () => {
    await replica().query('SELECT pg_wal_replay_pause()');
    await server.query("INSERT INTO filler VALUES ('x')");
    const paused = await until(look, (sample) => judged(replicationLag, sample).length === 1);
    expect(judged(replicationLag, paused)[0]?.sentence).toContain('Replay on shop-db-2 is paused');
    await replica().query('SELECT pg_wal_replay_resume()');
    await quiet();
  });

  it('is skipped when one side hides its statistics from us', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    expect(await onPostgres(server, (target) => ask(replicationLag, target))).toMatchObject({
      fix: 'GRANT pg_monitor TO nightshift_read;',
    });
    await server.query('GRANT pg_monitor TO nightshift_read');
    const granted = () => onPostgres(server, (target) => ask(replicationLag, target));
    await until(granted, (seen) => 'sample' in seen);
  });

  it('is critical when the replica is gone, and when it was promoted', async () => {
    await replica().stop('immediate');
    const gone = await until(look, (sample) => judged(replicationLag, sample).length === 1);
    expect(judged(replicationLag, gone)[0]?.sentence).toContain('is not connected to shop-db-1');
    await replica().restart();
    await quiet();
    await replica().query('SELECT pg_promote()');
    expect(judged(replicationLag, await look())[0]?.sentence).toContain('takes writes although shop-db-1 does too');
  });
});
