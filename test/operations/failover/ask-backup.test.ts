import { describe, expect, it } from 'vitest';
import { emptyReport } from '../../../src/core/report.ts';
import { withBackup } from '../../../src/operations/failover/ask-backup.ts';

const about = { operation: 'failover', subject: 'shop-db', status: 'warning', at: '2026-11-24T02:00:00.000Z' } as const;
const outcome = { done: { ...emptyReport({ ...about, headline: 'done' }), text: ['Lost: nothing.'] } };
const target = { name: 'shop-db', engine: 'postgres' as const, environment: 'production', backedUp: true };
const asked = (askForBackup: () => Promise<string | null>, of = target) =>
  withBackup({ askForBackup }, of, 'shop-db-2', outcome);

describe('after a failover', () => {
  it('a full backup of the new primary is asked for, and the gap until then is told', async () => {
    expect(await asked(async () => `backup-${'0a1b2c3d'.repeat(5)}`)).toMatchObject({
      done: {
        text: [
          'Lost: nothing.',
          'A full backup of shop-db-2 was asked for (backup-0a1b2c3d). Until it is done, what was not stored before the old primary died is a gap in the log of writes (/db backups shop-db).',
        ],
        next: [],
      },
    });
  });

  it('a person is told to take one where the config leaves it to people, with a button', async () => {
    expect(await asked(async () => null)).toMatchObject({
      done: {
        text: [
          'Lost: nothing.',
          expect.stringMatching(/^To do: back shop-db-2 up: shop-db is backed up by hand/) as string,
        ],
        next: [{ operation: 'backup', args: ['full'] }],
      },
    });
  });

  it('it stands as it is where no backup could be asked for', async () => {
    expect(await asked(() => Promise.reject(new Error('throttled')))).toMatchObject({
      done: {
        text: ['Lost: nothing.', expect.stringMatching(/could not be asked for/) as string],
        next: [{ operation: 'backup' }],
      },
    });
  });

  it('nothing is said of backups where nobody wants any', async () => {
    expect(await asked(async () => 'backup-1', { ...target, backedUp: false })).toEqual(outcome);
  });
});
