import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { PrunableStore } from '../../src/core/backup-store.ts';
import { Fault } from '../../src/core/errors.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import type { Report } from '../../src/core/report.ts';
import { startBucketEndpoint, type BucketEndpoint } from '../../src/local/aws/bucket/endpoint.ts';
import { prune, steps } from '../../src/operations/prune.ts';
import { createPrunableBucket } from '../../src/state/backup-store/bucket-prunable.ts';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import type { StoredBackups } from '../../src/targets/stored-backups.ts';
import { hour, START_MS, StoredWorld, SYSTEM } from '../backups/world.ts';
import { expectPublished } from '../published-json.ts';

const DAY = 24;
const target = { name: 'shop-db', engine: 'postgres', environment: 'laptop' } as const;
const grant: Grant = { runId: 'prune-1', planHash: 'x', fence: 1, by: 'policy' };
const hours = 49 * DAY;

/** A full a week, of seven weeks; the last but one is restored and verified. The policy keeps 30 days of them. */
function world(): { world: StoredWorld; labels: string[] } {
  const made = new StoredWorld();
  const labels = Array.from({ length: 7 }, (_, week) => made.backup(week * 7 * DAY + 2, 'full'));
  for (let segment = 0; segment < hours; segment += 12) made.wal(segment);
  made.proof(SYSTEM, labels[5]!, hours - DAY);
  return { world: made, labels };
}

let s3: BucketEndpoint;
const root = mkdtempSync(join(tmpdir(), 'nightshift-prune-'));
beforeAll(async () => {
  s3 = await startBucketEndpoint();
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.close();
  rmSync(root, { recursive: true, force: true });
});

/** The objects of a world as files with their times. */
function asDirectory(made: StoredWorld, name: string): PrunableStore {
  const directory = join(root, name);
  for (const [key, { text, sizeBytes, modifiedAt }] of made.objects) {
    const path = join(directory, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.length > 0 ? text : Buffer.alloc(sizeBytes));
    utimesSync(path, new Date(modifiedAt), new Date(modifiedAt));
  }
  return createDirectoryStore({ name: 'primary', directory });
}

function asBucket(made: StoredWorld): PrunableStore {
  s3.objects.clear();
  s3.hidden.clear();
  for (const [key, { text, sizeBytes, modifiedAt }] of made.objects) {
    const bytes = text.length > 0 ? Buffer.from(text) : Buffer.alloc(sizeBytes);
    s3.objects.set(`team/${key}`, { bytes, etag: `"${key}"`, modifiedAt: new Date(modifiedAt), headers: {} });
  }
  return createPrunableBucket({ name: 'primary', bucket: s3.name, endpoint: s3.url, prefix: 'team' });
}

function stored(stores: readonly PrunableStore[], more: Partial<StoredBackups> = {}): StoredBackups {
  const now = () => START_MS + hours * 3_600_000;
  return {
    target: 'shop-db',
    policy: usualBackupPolicy,
    stores,
    now,
    untilMs: Infinity,
    close: async () => {},
    ...more,
  };
}

/** What `/db prune shop-db` says of these stores, and what it asked for. */
async function asked(on: StoredBackups, what = '', approval: object = { granted: grant }) {
  const plans: Plan[] = [];
  const context = {
    runId: 'prune-1',
    startedAt: hour(hours),
    targets: [target],
    subject: 'shop-db',
    steps: {
      look: () => steps.look.run(on, null),
      remove: (_target: unknown, args: never) => steps.remove.run(on, args, grant, {} as never),
    },
    approval: async (plan: Plan) => (plans.push(plan), approval),
    progress: async () => {},
  };
  const outcome = await prune.run(context as unknown as RunContext<Steps>, { what });
  expectPublished(outcome);
  return { plans, outcome, report: ('done' in outcome ? outcome.done : undefined) as Report };
}

describe('pruning', () => {
  it('without apply says what can go, what stays and why, and deletes nothing', async () => {
    const { world: made, labels } = world();
    const store = asDirectory(made, 'dry');
    const { report, plans } = await asked(stored([store]));
    expect(plans).toEqual([]);
    expect(report.headline).toMatch(
      /^3 backups and \d+ objects of WAL of the primary store can go: [\d.]+ kB; nothing was deleted$/i,
    );
    expect(report.tables.map(({ title }) => title)).toEqual(['Goes from primary', 'Stays in primary']);
    expect(report.tables[0]?.rows.map(({ label }) => label)).toEqual(labels.slice(0, 3));
    expect(report.next[0]).toMatchObject({ operation: 'prune', args: ['apply'] });
    expect(await labelsIn(store)).toEqual(labels);
  });

  it.each([
    ['a directory', (made: StoredWorld) => asDirectory(made, 'wet'), false],
    ['a bucket with versions', asBucket, true],
  ])('with apply deletes exactly that from %s, under a policy', async (_, open, isHidden) => {
    const { world: made, labels } = world();
    const store = open(made);
    const { report, plans } = await asked(stored([store]), 'apply');
    expect(plans[0]).toMatchObject({ operation: 'prune', target: 'shop-db' });
    expect(plans[0]).not.toHaveProperty('graver');
    expect(plans[0]?.steps[0]).toBe(`Delete 3 backups from the primary store: ${labels.slice(0, 3).join(', ')}`);
    expect(report.headline).toMatch(/^3 backups and \d+ objects of WAL deleted from the primary store$/);
    expect(report.text.some((words) => words.includes('can be brought back'))).toBe(isHidden);
    expect(await labelsIn(store)).toEqual(labels.slice(3));
    const again = await asked(stored([store]), 'apply');
    expect([again.report.headline, again.plans]).toEqual(['nothing can go', []]);
  });

  it('hides versions in a bucket and deletes none', async () => {
    const { world: made, labels } = world();
    await asked(stored([asBucket(made)]), 'apply');
    expect([...s3.hidden.keys()].filter((key) => key.endsWith('done.json'))).toHaveLength(3);
    expect(s3.asked.filter((call) => call === 'DeleteObjects').length).toBeGreaterThan(0);
    expect([...s3.hidden.keys()].every((key) => key.startsWith('team/shop-db/'))).toBe(true);
    expect(labels).toHaveLength(7);
  });

  it('is approved for exactly these keys: one more backup that expired is another plan', async () => {
    const { world: made } = world();
    const hash = async (of: StoredWorld, name: string) =>
      planHash((await asked(stored([asDirectory(of, name)]), 'apply', { refused: 'no' })).plans[0]!);
    const first = await hash(made, 'hash-1');
    expect(await hash(made, 'hash-2')).toBe(first);
    made.backup(10, 'full');
    expect(await hash(made, 'hash-3')).not.toBe(first);
  });

  it('of more than half of what there is asks a person, whatever the policy says', async () => {
    const { world: made } = world();
    const policy = { ...usualBackupPolicy, fullDays: 8, anySecondDays: 7 };
    const { plans, outcome } = await asked(stored([asDirectory(made, 'much')], { policy }), 'apply', { refused: 'no' });
    expect([plans[0]?.graver, outcome]).toEqual(['prune-much', { refused: 'no' }]);
    expect(prune.graver).toEqual({ 'prune-much': { by: 'people', count: 1 } });
  });

  it('deletes nothing where the store changed since it was looked at', async () => {
    const { world: made, labels } = world();
    const store = asDirectory(made, 'changed');
    const on = stored([store]);
    const look = await steps.look.run(on, null);
    const gone = readdirSync(join(root, 'changed'), { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith(`${labels[0]}/done.json`),
    );
    rmSync(join(root, 'changed', gone ?? ''));
    const [first] = look.stores;
    const args = { at: look.at, removals: { primary: first && 'sha256' in first ? first.sha256 : '' } };
    expect(await steps.remove.run(on, args, grant, {} as never)).toMatchObject({
      stores: [{ refused: expect.stringMatching(/nothing was deleted/) as string }],
    });
    expect(await labelsIn(store)).toEqual(labels.slice(1));
  });

  it('tells of a store that does not answer, and prunes the other one', async () => {
    const { world: made } = world();
    const silent: PrunableStore = {
      ...asDirectory(made, 'silent'),
      name: 'secondary',
      // oxlint-disable-next-line require-yield -- it never comes so far
      async *unfinished() {
        throw new Fault('target_unreachable', 'The bucket b did not do what was asked.');
      },
    };
    const { report } = await asked(stored([asDirectory(made, 'speaking'), silent]), 'apply');
    expect(report.headline).toMatch(/deleted from the primary store$/);
    expect(report.text).toContain(
      'The secondary store could not be looked at: The bucket b did not do what was asked.',
    );
    expect(report.status).toBe('warning');
  });

  it('says that it was cut off, and that nothing half deleted counts', async () => {
    const ended = await steps.remove.reconcile(stored([]), { at: '', removals: {} }, '', {} as never);
    expect(ended).toMatchObject({
      ended: 'cut-off',
      why: expect.stringMatching(/the next run deletes the rest/) as string,
    });
  });

  it('is told to people when backups went, and not when only WAL did', async () => {
    const { world: made } = world();
    const { report } = await asked(stored([asDirectory(made, 'news')]), 'apply');
    expect(prune.isNews?.(report)).toBe(true);
    expect(prune.isNews?.({ ...report, tables: [] })).toBe(false);
    const idle = await asked(stored([asDirectory(new StoredWorld(), 'empty')]), 'apply');
    expect(prune.isNews?.(idle.report)).toBe(false);
  });
});

async function labelsIn(store: PrunableStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('shop-db/')) keys.push(key);
  return keys.flatMap((key) => /base\/([^/]+)\/done\.json$/.exec(key)?.[1] ?? []);
}
