import { describe, expect, it } from 'vitest';
import { orphans } from '../../../src/backups/questions/orphans.ts';
import { secondaryFindings } from '../../../src/backups/questions/secondary.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { hour, START_MS, StoredWorld, SYSTEM } from '../world.ts';

const DAY = 24;
const atHour = (hours: number): number => START_MS + hours * 3_600_000;

/** What is said of a second store that has one backup, some hours after the beginning. */
async function said(hours: number, happen: (secondary: StoredWorld, label: string) => void = () => {}) {
  const [one, other] = [new StoredWorld(), new StoredWorld()];
  const label = one.backup(2, 'full');
  other.backup(2, 'full');
  happen(other, label);
  const secondary = { ...(await other.catalogue(hours)), store: 'secondary' };
  const primary = await one.catalogue(hours);
  return secondaryFindings({
    target: 'shop-db',
    policy: usualBackupPolicy,
    primary,
    secondary,
    nowMs: atHour(hours),
  });
}

describe('the second copy', () => {
  it('is a matter for nobody as long as a proof of it is fresh', async () => {
    const read = (world: StoredWorld, label: string) =>
      world.proof(SYSTEM, label, 3, { store: 'secondary', level: 'L2' });
    expect(await said(7 * DAY, read)).toEqual([]);
    expect(await said(4)).toEqual([]);
  });

  it('that nobody read back for the days of the policy is told of, whatever was proved of the primary copy', async () => {
    const ofPrimary = (world: StoredWorld, label: string) => world.proof(SYSTEM, label, 9 * DAY, { store: 'primary' });
    expect(await said(10 * DAY, ofPrimary)).toMatchObject([
      {
        key: 'backups:secondary',
        severity: 'warning',
        sentence:
          'None of the 1 backups of shop-db in the secondary store was ever read back; the policy wants a proof every 8 d.',
        actions: [{ operation: 'verify', args: ['secondary'] }],
      },
    ]);
    const long = (world: StoredWorld, label: string) =>
      world.proof(SYSTEM, label, 3, { store: 'secondary', level: 'L2' });
    expect(await said(10 * DAY, long)).toMatchObject([
      { sentence: expect.stringMatching(/was last read back .* ago; the policy/) as string },
    ]);
  });

  it('that came back wrong is told of', async () => {
    const wrong = (world: StoredWorld, label: string) =>
      world.proof(SYSTEM, label, 3, {
        store: 'secondary',
        level: 'L2',
        outcome: 'failed',
        problems: ['A bit turned.'],
      });
    expect(await said(1 * DAY, wrong)).toMatchObject([
      {
        key: 'backups:secondary',
        sentence: expect.stringMatching(/cannot be relied on, .*: A bit turned\.$/) as string,
      },
    ]);
  });

  it('that is not there is told of after six hours', async () => {
    const lost = (world: StoredWorld): void => world.objects.clear();
    expect(await said(6, lost)).toEqual([]);
    expect(await said(10, lost)).toMatchObject([{ key: 'backups:secondary', severity: 'critical' }]);
  });
});

describe('orphans', () => {
  it('are told of after a day, from whichever store', async () => {
    const world = new StoredWorld();
    world.backup(2, 'full');
    world.put(`shop-db/postgres-${SYSTEM.systemId}-18/base/20261001T050000Z-full/base.tar.zst`, hour(5), '', 2048);
    const at = async (hours: number) => orphans('shop-db', [await world.catalogue(hours)], atHour(hours));
    expect(await at(20)).toEqual([]);
    expect(await at(40)).toMatchObject([
      {
        key: 'backups:orphans',
        severity: 'info',
        sentence: expect.stringMatching(/^1 backup of shop-db was begun and never finished \(2 kB\)/i) as string,
        evidence: [{ store: 'primary', label: '20261001T050000Z-full' }],
      },
    ]);
  });
});
