import { expect, it } from 'vitest';
import { createBackupJobs } from '../../src/app/backup-jobs.ts';
import { seenOf } from '../../src/backups/questions/seen.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { BackupsSeen } from '../../src/core/backups-seen.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { backups } from '../../src/operations/backups.ts';
import { overviewReport, type OverviewRow } from '../../src/operations/backups/overview.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { hour, START_MS, StoredWorld, SYSTEM } from '../backups/world.ts';
import { expectPublished } from '../published-json.ts';

const DAY = 24;

async function seen(world: StoredWorld, hours: number): Promise<BackupsSeen> {
  const about = { target: 'shop-db', engine: 'postgres', policy: usualBackupPolicy, heard: null } as const;
  const looked = [{ catalogue: await world.catalogue(hours) }];
  return {
    policy: usualBackupPolicy,
    whyNone: null,
    table: [],
    ...seenOf({ ...about, nowMs: START_MS + hours * 3_600_000 }, looked),
  };
}

it('tells over all targets whether a restore would work, with sizes, times and what is missing', async () => {
  const world = new StoredWorld();
  world.backup(2, 'full');
  world.proof(SYSTEM, world.backup(7 * DAY + 2, 'full'), 7 * DAY + 5);
  for (let segment = 0; segment < 8 * DAY; segment += 1) world.wal(segment);
  const of: { [name: string]: BackupsSeen } = {
    'shop-db': await seen(world, 8 * DAY),
    'orders-db': await seen(new StoredWorld(), 8 * DAY),
    'shop-cache': { policy: null, whyNone: null, stores: [], findings: [], table: [] },
  };
  const targets = Object.keys(of).map((name) => ({ name, engine: 'postgres', environment: 'production' }));
  const context = {
    startedAt: hour(8 * DAY),
    subject: 'production',
    targets,
    backups: async ({ name }: { name: string }) => of[name],
    each: (_name: string, all: typeof targets, work: (target: object, inner: object) => Promise<unknown>) =>
      Promise.all(all.map((target) => work(target, context))),
  };
  const outcome = await backups.run(context as unknown as RunContext<Steps>, { view: 'overview' });
  expectPublished(outcome);
  expect(outcome).toMatchObject({
    done: {
      subject: 'production',
      headline: expect.stringMatching(
        /^1 of 2 targets could be restored now, and \d+ things? (?:is|are) missing$/,
      ) as string,
      tables: [
        {
          rows: [
            { target: 'shop-db', restore: expect.stringMatching(/^Yes/) as string },
            { target: 'orders-db', size: 'none' },
          ],
        },
      ],
      charts: [{ unit: 'bytes', series: [{ name: 'shop-db' }] }, { unit: 'min' }],
    },
  });
});

it('draws as many targets as there are colours, the largest, with times in the unit that a person counts them in', () => {
  const charts = (seconds: number, count: number) => {
    const rows = Array.from({ length: count }, (_, n): OverviewRow => {
      const points = [1, 2].map((day) => ({ at: hour(day * DAY), sizeBytes: 1000 * (n + 1), seconds: seconds * day }));
      return { target: `db-${n + 1}`, status: 'healthy', couldRestore: true, restore: 'Yes', points, missing: [] };
    });
    return overviewReport('production', rows, hour(2 * DAY)).charts;
  };
  const [sizes, times] = charts(1800, 6);
  expect(sizes?.series.map(({ name }) => name)).toEqual(['db-6', 'db-5', 'db-4', 'db-3']);
  expect(sizes?.title).toBe('Size of backups, the 4 largest of 6');
  expect(times?.unit).toBe('min');
  expect(times?.series[0]?.points.map(({ value }) => value)).toEqual([30, 60]);
  expect(charts(20, 1).map(({ title, unit }) => `${title} ${unit}`)).toEqual([
    'Size of backups bytes',
    'Duration of backups s',
  ]);
  expect(charts(20_000, 1)[1]?.unit).toBe('h');
});

it('is started on Monday at 07:00 UTC, once for each environment of which backups are made', async () => {
  const started: string[] = [];
  const claimed = new Set<string>();
  const target = (name: string, environment: string, mode: 'on' | 'manual'): TargetSpec => ({
    name,
    engine: 'postgres',
    provider: 'self-managed',
    rooms: 'default',
    tls: false,
    alarms: [],
    members: [
      { name: `${name}-1`, host: 'h', port: 5432, role: 'primary', credentials: { copy: { user: 'nightshift_copy' } } },
    ],
    environment,
    backup: { ...usualBackupPolicy, mode, walMinutes: null },
  });
  const due = createBackupJobs({
    targets: [target('a', 'production', 'on'), target('b', 'production', 'on'), target('c', 'laptop', 'manual')],
    claims: {
      begin: async (key) => (claimed.has(key) ? 'busy' : (claimed.add(key), 'mine')),
      finish: async () => {},
    },
    runs: {
      start: async ({ operation, subject, args }) => (started.push(`${operation} ${subject} ${args['view']}`), 'run'),
    },
    now: () => Date.parse('2026-11-30T07:10:00Z'),
    log: () => {},
  });
  await due();
  await due();
  expect(started).toEqual(['backups production overview']);
});
