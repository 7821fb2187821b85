import { afterEach, describe, expect, it } from 'vitest';
import { sweep } from '../../src/operations/sweep.ts';
import { multiZone } from '../app/multi-zone.ts';
import { hostedSpec } from '../app/snapshot-spec.ts';
import { DRILL_ROLE, openSwitchoverRuns, reportOf, type SwitchoverRuns } from '../app/switchover-runs.ts';
import { NIGHT_MS } from '../local/aws/cloud/states/acting.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const HOUR_MS = 3_600_000;
const made = (name: string, target: string | null, untilMs: number) => ({
  DBInstanceIdentifier: name,
  DBInstanceArn: `arn:aws:rds:eu-central-1:123456789012:db:${name}`,
  DBInstanceStatus: 'available',
  TagList: [
    ...(target === null ? [] : [{ Key: 'nightshift:drill', Value: target }]),
    { Key: 'nightshift:until', Value: new Date(untilMs).toISOString() },
  ],
});
const begin = async (left: ReturnType<typeof made>[]): Promise<CloudModel> => {
  const model = multiZone();
  model.instances = [...model.instances, ...left];
  runs = await openSwitchoverRuns({ model, spec: hostedSpec('rds', ['shop-db-1']), secrets: {} });
  return model;
};
const names = ({ instances }: CloudModel) => instances.map(({ DBInstanceIdentifier: name }) => name);

describe('a sweep', () => {
  it('has what killed drills left deleted, and nothing that has not name, tag and age of one', async () => {
    const kept = [
      made('nightshift-drill-shop-db-young', 'shop-db', NIGHT_MS + HOUR_MS),
      made('nightshift-drill-other-db-old', 'other-db', NIGHT_MS - HOUR_MS),
      made('nightshift-drill-untagged', null, NIGHT_MS - HOUR_MS),
      made('shop-db-old', 'shop-db', NIGHT_MS - HOUR_MS),
    ];
    const left = [
      made('nightshift-drill-shop-db-old', 'shop-db', NIGHT_MS - HOUR_MS),
      made('nightshift-drill-shop-db-older', 'shop-db', NIGHT_MS - 9 * HOUR_MS),
    ];
    const model = await begin([...kept, ...left]);
    const report = reportOf(await runs.run('sweep'));
    expect(report.headline).toBe('what drills of shop-db had left is deleted');
    expect(names(model)).toEqual(['shop-db-1', ...kept.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)]);
    expect(model.sessions.every(({ role }) => role === DRILL_ROLE)).toBe(true);
    expect(sweep.isNews?.(report)).toBe(true);
  });

  it('says nothing where nothing is left', async () => {
    await begin([]);
    const report = reportOf(await runs.run('sweep'));
    expect(report.headline).toBe('drills of shop-db left nothing');
    expect(sweep.isNews?.(report)).toBe(false);
  });
});
