import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isProven, standingOf } from '../../../src/backups/catalogue/standing.ts';
import { segmentBytesOf } from '../../../src/backups/catalogue/wal.ts';
import { backupKey, doneKey, placeKey } from '../../../src/backups/layout.ts';
import { readingLimits } from '../../../src/backups/catalogue/read.ts';
import { hour, lsn, REDIS, SEGMENT_BYTES, START_MS, StoredWorld, SYSTEM } from '../world.ts';

const policy = { proofDays: 8, pointInTimeProofDays: 32 };
const atHour = (hours: number): number => START_MS + hours * 3_600_000;

describe('the catalogue of a store', () => {
  it('shows chains, sizes, durations, and how far each backup reaches', async () => {
    const world = new StoredWorld();
    const full = world.backup(2, 'full');
    const increment = world.backup(26, 'incremental', { parent: full });
    for (let segment = 0; segment < 30; segment += 1) world.wal(segment);
    world.partial(30, 0.5);
    const { places, foreign } = await world.catalogue(31);
    expect(foreign).toEqual([]);
    expect(places[0]?.backups).toMatchObject([
      { label: full, chain: [full], sizeBytes: 1000, seconds: 1800, problems: [], anySecondUntil: hour(30.5) },
      { label: increment, chain: [full, increment], anySecondUntil: hour(30.5) },
    ]);
    expect(places[0]?.wal?.gaps).toEqual([]);
  });

  it('names a gap, and lets no backup before it reach beyond it', async () => {
    const world = new StoredWorld();
    const before = world.backup(2, 'full');
    const after = world.backup(20, 'full');
    for (const segment of [2, 3, 4, 7, 8, 20, 21]) world.wal(segment);
    const [place] = (await world.catalogue(31)).places;
    expect(place?.backups).toMatchObject([
      { label: before, anySecondUntil: hour(5) },
      { label: after, anySecondUntil: hour(22) },
    ]);
    expect(place?.wal?.gaps).toEqual([
      { firstMissing: '000000010000000000000005', missing: 2, fromAt: hour(5), toAt: hour(8) },
      { firstMissing: '000000010000000000000009', missing: 11, fromAt: hour(9), toAt: hour(21) },
    ]);
  });

  it('follows a promotion over its history, and is told where there is none', async () => {
    const world = new StoredWorld();
    const full = world.backup(2, 'full');
    const later = world.backup(9, 'full', {
      wal: { timeline: 2, startLsn: lsn(9 * SEGMENT_BYTES), stopLsn: lsn(9 * SEGMENT_BYTES + 9) },
    });
    for (const segment of [2, 3, 4]) world.wal(segment);
    // The old primary went on for a while; nobody follows that.
    world.wal(5).wal(6);
    for (const segment of [5, 6, 7, 8, 9, 10]) world.wal(segment, 2);
    const [lost] = (await world.catalogue(31)).places;
    expect(lost?.backups.map(({ anySecondUntil }) => anySecondUntil)).toEqual([null, hour(11)]);
    expect(lost?.unreadable).toEqual([{ key: 'timeline 2', why: 'nobody knows from which timeline it came' }]);

    world.history(2, `1\t${lsn(5.5 * SEGMENT_BYTES)}\tno recovery target specified\n`);
    const [place] = (await world.catalogue(31)).places;
    expect(place?.unreadable).toEqual([]);
    expect(place?.backups).toMatchObject([
      { label: full, anySecondUntil: hour(11) },
      { label: later, anySecondUntil: hour(11) },
    ]);
  });

  it('lets a backup of the old primary reach no further than its own end once another took over before it', async () => {
    const world = new StoredWorld();
    world.backup(7, 'full');
    for (const segment of [5, 6, 7, 8]) world.wal(segment).wal(segment, 2);
    world.history(2, `1\t${lsn(5.5 * SEGMENT_BYTES)}\tx\n`);
    const [place] = (await world.catalogue(31)).places;
    expect(place?.backups[0]).toMatchObject({ anySecondUntil: null, problems: [] });
  });

  it('counts nothing that is corrupt, of a later version, of another system, or cut short as good', async () => {
    const world = new StoredWorld();
    const labels = [2, 3, 4, 5, 6, 7].map((hours) => world.backup(hours, 'full'));
    const [corrupt = '', later = '', another = '', short = '', misplaced = '', big = ''] = labels;
    world.put(doneKey(SYSTEM, corrupt), hour(2), '{"version":1,');
    world.put(doneKey(SYSTEM, later), hour(3), '{"version":2}');
    world.put(`${backupKey(SYSTEM, short)}/base.tar.zst`, hour(5), '', 999);
    world.backup(4, 'full', { systemId: '1' });
    world.put(doneKey(SYSTEM, misplaced), hour(6), world.objects.get(doneKey(SYSTEM, another))?.text);
    world.put(doneKey(SYSTEM, big), hour(7), '{}', 10_000_000);
    const increment = world.backup(8, 'incremental', { parent: short });
    const orphan = world.backup(9, 'incremental', { parent: '20200101T000000Z-full' });
    const [place] = (await world.catalogue(31)).places;
    expect(place?.unreadable.map(({ why }) => why)).toEqual([
      'it is no JSON',
      'it is of a version that is not known here',
      'it is the record of another backup',
      'it has 10000000 bytes, which is too much for what it should be',
    ]);
    expect(place?.backups.map(({ label, chain, problems }) => [label, chain, problems])).toEqual([
      [another, null, ['it is of another database than the place in which it lies']],
      [short, null, ['base.tar.zst has 999 bytes in place of 1000']],
      [increment, null, [`${short}, which it builds on, is missing or no good`]],
      [orphan, null, ['20200101T000000Z-full, which it builds on, is missing or no good']],
    ]);
  });

  it('keeps unfinished backups, strangers and other systems apart', async () => {
    const world = new StoredWorld();
    world.put(`${backupKey(SYSTEM, '20261001T020000Z-full')}/base.tar.zst`, hour(2), '', 77);
    world.put('shop-db/notes.txt', hour(2), 'x').put('shop-db/postgres-9-18/readme', hour(2), 'x');
    world.put('shop-db-2/postgres-1-18/base/x/done.json', hour(2), 'x');
    world.snapshot(3);
    world.backup(4, 'full');
    const { places, foreign } = await world.catalogue(5);
    expect(foreign).toEqual(['shop-db/notes.txt', 'shop-db/postgres-9-18/readme']);
    expect(places.map(({ key }) => key)).toEqual(['shop-db/postgres-9-18', placeKey(REDIS), placeKey(SYSTEM)]);
    expect(places[2]?.unfinished).toMatchObject([{ label: '20261001T020000Z-full', sizeBytes: 77, lastAt: hour(2) }]);
  });

  it('reads the newest pin and the newest proof of each level, and no more', async () => {
    const world = new StoredWorld();
    const label = world.backup(2, 'full');
    for (let day = 1; day <= 20; day += 1) world.proof(SYSTEM, label, day * 24);
    world.pin(label, 3);
    world.pin(label, 5, 'unpinned');
    const catalogue = await world.catalogue(500);
    expect(world.asked).toEqual({ lists: 1, gets: 2, atOnce: 2 });
    expect(catalogue.places[0]?.backups[0]).toMatchObject({ pinned: false, proofs: [{ at: hour(480) }] });
    world.pin(label, 6);
    expect((await world.catalogue(500)).places[0]?.backups[0]?.pinned).toBe(true);
  });

  it('stops at its bounds and says what it left out', async () => {
    const world = new StoredWorld();
    for (let day = 0; day < 12; day += 1) world.backup(day * 24, 'full');
    const catalogue = await world.catalogue(500, { ...readingLimits, folders: 10 });
    expect(catalogue.leftOut).toEqual(['the 2 oldest backups were not looked at']);
    expect(catalogue.places[0]?.backups).toHaveLength(10);
    expect(world.asked.gets).toBe(10);
    expect(world.asked.atOnce).toBeLessThanOrEqual(8);
    const cut = await world.catalogue(500, { ...readingLimits, objects: 5 });
    expect(cut.leftOut).toEqual(['the store has more than 5 objects of shop-db; the others were not looked at']);
  });

  it('reads a history that was packed', async () => {
    const world = new StoredWorld();
    const text = `1\t${lsn(5.5 * SEGMENT_BYTES)}\tx\n`;
    const key = `${placeKey(SYSTEM)}/wal/00000002/00000002.history.zst`;
    world.put(key, hour(1), 'no zstd').wal(6, 2);
    expect((await world.catalogue(9)).places[0]?.unreadable).toHaveLength(1);
    world.put(key, hour(1), zstdCompressSync(text));
    expect((await world.catalogue(9)).places[0]?.unreadable).toEqual([]);
  });

  it('tells the size of segments from the name of a partial one', () => {
    const object = { key: '', sizeBytes: 1, modifiedAt: hour(1), timeline: 1, high: 0 };
    expect(segmentBytesOf([{ ...object, low: 3 }])).toBe(16 * 2 ** 20);
    expect(segmentBytesOf([{ ...object, low: 3, partialEnd: 3.5 * 64 * 2 ** 20 }])).toBe(64 * 2 ** 20);
    expect(segmentBytesOf([{ ...object, low: 1000 }])).toBe(4 * 2 ** 20);
  });
});

describe('what was proved of a backup', () => {
  const standing = async (world: StoredWorld, hours: number) => {
    const { places } = await world.catalogue(hours);
    const backup = places[0]?.backups[0];
    if (!backup) throw new Error('no backup');
    return standingOf(backup, policy, atHour(hours), 'primary');
  };

  it('is the highest level that passed, and old after the days of the policy', async () => {
    const world = new StoredWorld();
    const label = world.backup(2, 'full');
    expect(await standing(world, 5)).toBeNull();
    world.proof(SYSTEM, label, 3, { level: 'L1' });
    expect(isProven(await standing(world, 5))).toBe(false);
    world.proof(SYSTEM, label, 4);
    expect(await standing(world, 5)).toEqual({ level: 'L4', at: hour(4), old: false });
    expect(await standing(world, 4 + 8 * 24)).toMatchObject({ old: false });
    expect(await standing(world, 5 + 8 * 24)).toMatchObject({ old: true });
  });

  it('is undone by a failure until the same or more passes again', async () => {
    const world = new StoredWorld();
    const label = world.backup(2, 'full');
    world.proof(SYSTEM, label, 3);
    world.proof(SYSTEM, label, 4, { level: 'L2', outcome: 'failed', problems: ['base.tar.zst: wrong checksum.'] });
    expect(await standing(world, 5)).toMatchObject({ failed: 'L2' });
    world.proof(SYSTEM, label, 5, { level: 'L1' });
    expect(await standing(world, 6)).toMatchObject({ failed: 'L2' });
    world.proof(SYSTEM, label, 7, { level: 'L3' });
    expect(await standing(world, 8)).toMatchObject({ level: 'L4' });
  });

  it('is of one copy alone', async () => {
    const world = new StoredWorld();
    const label = world.backup(2, 'full');
    world.proof(SYSTEM, label, 3, { store: 'secondary' });
    expect(await standing(world, 5)).toBeNull();
  });
});
