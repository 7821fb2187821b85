import fc from 'fast-check';
import type { PlaceCatalogue, StoreCatalogue } from '../../src/backups/catalogue/catalogue.ts';
import { usualBackupPolicy, type BackupPolicy } from '../../src/core/backup-policy.ts';
import { DAY_MS, lsn, SEGMENT_BYTES, StoredWorld, SYSTEM } from './world.ts';

const DAY = 24;

export function placeOf(catalogue: StoreCatalogue): PlaceCatalogue {
  const place = catalogue.places.at(-1);
  if (!place) throw new Error('nothing is left');
  return place;
}

/** Every promise: moments of the window that can be reached, and the own ends of the fulls that are kept. */
export function promises({ backups }: PlaceCatalogue, policy: BackupPolicy, nowMs: number): string[] {
  const reached = Array.from(
    { length: policy.anySecondDays * 24 },
    (_, back) => nowMs - back * 3_600_000 - 1000,
  ).filter((ms) =>
    backups.some(
      ({ chain, endedAt, anySecondUntil }) =>
        chain !== null && Date.parse(endedAt) <= ms && anySecondUntil !== null && ms <= Date.parse(anySecondUntil),
    ),
  );
  const fulls = backups.filter(
    ({ kind, chain, endedAt }) =>
      kind === 'full' && chain !== null && Date.parse(endedAt) > nowMs - policy.fullDays * DAY_MS,
  );
  return [...reached.map(String), ...fulls.map(({ label }) => label)];
}

/** What becomes of a backup after it was taken. */
function happen(world: StoredWorld, what: string, label: string, hours: number): void {
  if (what === 'pinned') world.pin(label, hours);
  if (what === 'proven') world.proof(SYSTEM, label, hours);
  if (what === 'failed') world.proof(SYSTEM, label, hours, { outcome: 'failed', problems: ['x.'] });
  if (what === 'torn') world.objects.delete(`shop-db/postgres-${SYSTEM.systemId}-18/base/${label}/base.tar.zst`);
}

/** Backups of some weeks of which some are pinned, proved, damaged or incomplete, with WAL that has gaps. */
export const anyWorld = fc
  .record({
    days: fc.array(
      fc.constantFrom('full', 'incremental', 'incremental', 'nothing', 'pinned', 'proven', 'proven', 'failed', 'torn'),
      {
        minLength: 1,
        maxLength: 45,
      },
    ),
    lostSegments: fc.array(fc.integer({ min: 0, max: 45 * DAY }), { maxLength: 4 }),
    promotedOn: fc.option(fc.integer({ min: 1, max: 44 })),
    later: fc.integer({ min: 0, max: 20 }),
    anySecondDays: fc.integer({ min: 1, max: 9 }),
    moreFullDays: fc.constantFrom(0, 0, 1, 5, 23),
  })
  .map(({ days, lostSegments, promotedOn, later, anySecondDays, moreFullDays }) => {
    const world = new StoredWorld();
    let parent: string | undefined;
    const turn = promotedOn === null || promotedOn >= days.length ? Infinity : promotedOn * DAY + 12;
    const timelineOf = (segment: number): number => (segment >= turn ? 2 : 1);
    for (const [day, what] of days.entries()) {
      if (what === 'nothing') continue;
      const begin = day * DAY + 2;
      const timeline = timelineOf(begin);
      const wal = { timeline, startLsn: lsn(begin * SEGMENT_BYTES + 40), stopLsn: lsn((begin + 0.5) * SEGMENT_BYTES) };
      const label: string =
        what === 'incremental' && parent !== undefined
          ? world.backup(begin, 'incremental', { parent, wal })
          : world.backup(begin, 'full', { wal });
      parent = label;
      happen(world, what, label, begin + 1);
    }
    for (let segment = 0; segment < days.length * DAY; segment += 1) {
      if (!lostSegments.includes(segment)) world.wal(segment, timelineOf(segment));
    }
    if (turn !== Infinity) world.history(2, `1\t${lsn(turn * SEGMENT_BYTES)}\tx\n`);
    const policy = { ...usualBackupPolicy, anySecondDays, fullDays: anySecondDays + moreFullDays };
    return { world, hours: days.length * DAY, later, policy };
  });
