import { describe, expect, it } from 'vitest';
import { lookAtBackups } from '../../src/app/look-at-backups.ts';
import { Fault } from '../../src/core/errors.ts';
import type { BackupStore } from '../../src/core/backup-store.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { RunContext, Steps, TargetName } from '../../src/core/operation.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { WriterSample } from '../../src/core/writers.ts';
import { backups } from '../../src/operations/backups.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { hour, lsn, REDIS, SEGMENT_BYTES, StoredWorld, SYSTEM } from '../backups/world.ts';
import { expectPublished } from '../published-json.ts';

const DAY = 24;
const spec: TargetSpec = {
  name: 'shop-db',
  engine: 'postgres',
  provider: 'self-managed',
  environment: 'laptop',
  rooms: 'default',
  tls: false,
  alarms: [],
  backup: usualBackupPolicy,
  members: [
    { name: 'shop-db-1', role: 'primary', host: 'h', port: 5432, credentials: { copy: { user: 'nightshift_copy' } } },
  ],
};

type Asked = {
  at: number;
  world?: StoredWorld;
  secondary?: StoredWorld;
  spec?: TargetSpec;
  heard?: WriterSample;
  args?: object;
  primary?: BackupStore;
};

/** What `/db backups shop-db` says some hours after the beginning, of these stores. */
async function ask({ at, world = new StoredWorld(), secondary, spec: asked = spec, heard, args = {}, primary }: Asked) {
  const stores = [
    primary ?? world.store,
    ...(secondary ? [{ ...secondary.store, name: 'secondary' }] : []),
  ] as BackupStore[];
  const target: TargetName = { name: 'shop-db', engine: asked.engine, environment: 'laptop' };
  const context: Partial<RunContext<Steps>> = {
    targets: [target],
    subject: 'shop-db',
    startedAt: hour(at),
    each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context as RunContext<Steps>))),
    backups: () => lookAtBackups(asked, { stores: () => stores, lastWriter: async () => heard }, hour(at)),
  };
  const outcome: Outcome = await backups.run(context as RunContext<Steps>, args);
  expectPublished(outcome);
  if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.done;
}

/** Two weeks of the usual policy, with WAL up to the last hour, and a drill. */
function twoWeeks(): { world: StoredWorld; last: number; newest: string } {
  const world = new StoredWorld();
  let parent = '';
  let full = '';
  for (let day = 0; day < 14; day += 1) {
    parent = world.backup(day * DAY + 2, day % 7 === 0 ? 'full' : 'incremental', day % 7 === 0 ? {} : { parent });
    if (day % 7 === 0) full = parent;
  }
  for (let segment = 0; segment < 14 * DAY; segment += 1) world.wal(segment);
  world.proof(SYSTEM, full, 12 * DAY, { measured: { restoreSeconds: 60, usableSeconds: 230 } });
  return { world, last: 14 * DAY, newest: parent };
}
const keys = ({ findings }: { findings: readonly { key: string; severity: string }[] }): string[] =>
  findings.map(({ key, severity }) => `${severity} ${key}`);

describe('/db backups', () => {
  it('says whether a restore would work now, in how long, with how much lost, and since when that is proved', async () => {
    const { world, last, newest } = twoWeeks();
    const report = await ask({ at: last + 0.05, world });
    // The newest increment has a chain of seven: seven times what was measured with one.
    expect(report.headline).toBe('could we restore now? Yes: about 26 min, at most 3 min lost, proven 2 d ago (L4)');
    expect(report.status).toBe('healthy');
    expect(report.findings).toEqual([]);
    expect(report.facts).toEqual([
      { label: 'In the primary store', value: '14 backups, 13.7 kB' },
      { label: 'Restored from (primary)', value: newest },
      { label: 'By the second (primary)', value: '2026-10-01 02:30 to 2026-10-15 00:00 UTC, but for the gaps below' },
      {
        label: 'Retention (primary)',
        value: expect.stringMatching(/^\d+ backups? past the policy|everything/) as string,
      },
    ]);
    expect(report.tables[0]?.rows).toHaveLength(14);
    expect(report.charts.map(({ title, unit }) => `${title} ${unit}`)).toEqual([
      'shop-db · size of backups bytes',
      'shop-db · duration of backups s',
    ]);
  });

  it('does not call a restore proved that nobody tried, and none possible where there is none', async () => {
    const world = new StoredWorld();
    world.backup(2, 'full');
    const report = await ask({ at: 3, world });
    expect(report.headline).toMatch(
      /^could we restore now\? Probably, but nobody has tried: how long it takes was never measured/,
    );
    const empty = await ask({ at: 3 });
    expect(empty.headline).toBe('could we restore now? No: the primary store has no backup');
    expect(keys(empty)).toEqual(['critical backups:full']);
    expect(empty.findings[0]).toMatchObject({
      next: 'Take one now: backup shop-db.',
      actions: [{ operation: 'backup' }],
    });
  });

  it('warns when a full one is a quarter of its period late, and is alarmed at twice', async () => {
    const world = new StoredWorld();
    world.backup(0, 'full');
    const find = async (days: number) =>
      keys(await ask({ at: days * DAY, world })).filter((key) => key.endsWith(':full'));
    expect(await find(8.7)).toEqual([]);
    expect(await find(8.9)).toEqual(['warning backups:full']);
    expect(await find(14.2)).toEqual(['critical backups:full']);
  });

  it('is alarmed by WAL that stays away, but not where the server has written nothing', async () => {
    const { world, last } = twoWeeks();
    expect(keys(await ask({ at: last + 0.2, world }))).toEqual([]);
    expect(keys(await ask({ at: last + 0.3, world }))).toEqual(['warning backups:wal']);
    expect(keys(await ask({ at: last + 2, world }))).toEqual(['critical backups:wal']);
    const heard: WriterSample = {
      member: 'shop-db-1',
      at: hour(last + 2),
      position: lsn(last * SEGMENT_BYTES),
      history: SYSTEM.systemId,
      formerHistory: null,
      timeline: 1,
    };
    expect(keys(await ask({ at: last + 2, world, heard }))).toEqual([]);
    expect(
      keys(await ask({ at: last + 2, world, heard: { ...heard, position: lsn(last * SEGMENT_BYTES + 1) } })),
    ).toEqual(['critical backups:wal']);
    // Another database system, or another timeline, says nothing of this one.
    expect(keys(await ask({ at: last + 2, world, heard: { ...heard, history: '1' } }))).toEqual([
      'critical backups:wal',
    ]);
  });

  it('tells of a backup that holds less than half of the ones before it', async () => {
    const world = new StoredWorld();
    for (const day of [0, 7, 14]) world.backup(day * DAY, 'full');
    const files = [{ key: '', sizeBytes: 1000, plainBytes: 2400, sha256: 'a' }];
    const label = '20261022T000000Z-full';
    files[0] = {
      ...files[0],
      key: `shop-db/postgres-${SYSTEM.systemId}-18/base/${label}/base.tar.zst`,
    } as (typeof files)[0];
    world.backup(21 * DAY, 'full', { label, files });
    world.put(files[0]?.key ?? '', hour(21 * DAY), '', 1000);
    const report = await ask({ at: 21 * DAY + 1, world });
    expect(keys(report)).toContain('warning backups:size');
  });

  it('tells of proofs that are too old, of copies that failed, and of a store that lacks some', async () => {
    const { world, last } = twoWeeks();
    expect(keys(await ask({ at: 12 * DAY + 8.5 * DAY, world }))).toContain('warning backups:proof');
    const newest = [...world.objects.keys()]
      .flatMap((key) => /base\/([^/]+)\/done/.exec(key)?.[1] ?? [])
      .toSorted()
      .at(-1);
    world.proof(SYSTEM, newest ?? '', last, {
      level: 'L2',
      outcome: 'failed',
      problems: ['base.tar.zst: another checksum.'],
    });
    const secondary = twoWeeks().world;
    for (const key of secondary.objects.keys()) if (/base\/202610(0[2-5])/.test(key)) secondary.objects.delete(key);
    const report = await ask({ at: last + 0.05, world, secondary });
    expect(keys(report)).toEqual(['critical backups:damaged', 'warning backups:secondary']);
    expect(report.headline).toMatch(/^could we restore now\? Yes/);
  });

  it('never takes a store that does not answer for an empty one', async () => {
    const dead = {
      name: 'primary',
      // oxlint-disable-next-line require-yield -- it fails before it has anything
      async *list(): AsyncGenerator<never> {
        throw new Fault('permission_denied', 'the bucket lets nobody list it');
      },
    } as unknown as BackupStore;
    const report = await ask({ at: 5, primary: dead });
    expect(report.status).toBe('unknown');
    expect(report.headline).toBe('nobody knows: the primary store could not be looked at');
    expect(keys(report)).toEqual(['critical backups:store:primary']);
  });

  it('shows asked, given and the gap, for each kind of host', async () => {
    const table = async (over: Partial<TargetSpec>) => {
      const report = await ask({ at: 5, spec: { ...spec, ...over }, args: { view: 'policy' } });
      return report.tables[0]?.rows.map(({ asked, gap }) => `${String(asked)} | ${String(gap)}`) ?? [];
    };
    expect((await table({}))[1]).toBe(
      'incremental backups: mon, tue, wed, thu, fri, sat | none of them before PostgreSQL 17: there it is full backups and WAL',
    );
    expect((await table({ provider: 'rds' }))[1]).toMatch(/increments cannot be asked for/);
    expect((await table({ engine: 'redis', provider: 'elasticache' }))[1]).toMatch(/up to a day can be lost/);
    expect((await table({ engine: 'redis', provider: 'sentinel' }))[0]).toMatch(/Redis has no log/);
    const { backup: _, ...without } = spec;
    expect((await ask({ at: 5, spec: without })).headline).toMatch(/^nobody asks for backups of shop-db/);
    expect((await ask({ at: 5, spec: { ...spec, members: [] } })).headline).toMatch(/credentials\.copy/);
  });

  it('knows the snapshots of Redis', async () => {
    const world = new StoredWorld();
    const labels = [0, 1, 2].map((day) => world.snapshot(day * DAY));
    world.proof(REDIS, labels[1] ?? '', 2 * DAY);
    const report = await ask({ at: 2 * DAY + 2, world, spec: { ...spec, engine: 'redis', provider: 'sentinel' } });
    expect(report.headline).toBe(
      'could we restore now? Yes: how long it takes was never measured, at most 1 h 54 min lost, proven 2 h ago (L4)',
    );
    expect(report.status).toBe('healthy');
  });
});
