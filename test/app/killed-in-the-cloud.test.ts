import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheRunbook, multiZoneRunbook } from './cloud-runbooks.ts';
import { endOf, killedOnce } from './killed-in-the-cloud.ts';

// A few places of what `npm run test:chaos` does at every one: the orders themselves, and what is asked around them.
describe.each([multiZoneRunbook(), cacheRunbook()])('a $name', (runbook) => {
  beforeAll(() => runbook.start());
  afterAll(() => runbook.stop());

  it.each([
    ['before', 'in another process'],
    ['after', 'settled by the tick'],
  ] as const)(
    'killed %s a question to AWS, and %s, ends as it should',
    { timeout: 600_000 },
    async (moment, goesOn) => {
      const ends: string[] = [];
      for (const nth of [9, 17]) {
        const { diedAt, said } = await killedOnce(runbook, { nth, moment }, goesOn);
        if (diedAt !== undefined) ends.push(endOf(said));
      }
      expect(ends.length).toBeGreaterThan(0);
    },
  );
});
