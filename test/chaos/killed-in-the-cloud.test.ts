import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auroraRunbook, cacheRunbook, multiZoneRunbook, promotionRunbook } from '../app/cloud-runbooks.ts';
import { endOf, killedOnce } from '../app/killed-in-the-cloud.ts';
import { atEachPlace, moments } from './each-place.ts';

const ways = ['in another process', 'settled by the tick'] as const;

const runbooks = [multiZoneRunbook(), auroraRunbook(), cacheRunbook(), promotionRunbook()];

describe.each(runbooks)('a $name', (runbook) => {
  beforeAll(() => runbook.start());
  afterAll(() => runbook.stop());

  describe.each(ways)('that goes on %s', (goesOn) => {
    it.each(moments)(
      'ends as it should wherever it is killed, %s what it asks of AWS, and orders nothing twice',
      { timeout: 7_200_000 },
      async (moment) => {
        const { over, places } = await atEachPlace(`${runbook.name}, killed ${moment}, ${goesOn}`, async (nth) => {
          const { diedAt, said } = await killedOnce(runbook, { nth, moment }, goesOn);
          return diedAt === undefined ? { over: said } : { ended: endOf(said) };
        });
        expect(endOf(String(over)), String(over)).toBe('moved');
        expect(places).toBeGreaterThan(0);
      },
    );
  });
});
