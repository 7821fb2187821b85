import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { killedAtStatement } from '../providers/self-managed/killed-statement.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';
import { killPrimary, streaming } from './killed-primary.ts';
import { every } from './rounds.ts';

let pair: StreamingPair;
let writer: ShopWriter;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
  writer = startShopWriter(pair.servers);
});
afterAll(async () => {
  await writer.stop();
  await pair.stop();
});

/** Says how often each end was reached, and fails with what it was killed at where one is none of the right ones. */
function tellEnds(kind: string) {
  const ends: { [ended: string]: number } = {};
  return {
    add: (ended: string) => (ends[ended] = (ends[ended] ?? 0) + 1),
    print: () => process.stderr.write(`${kind}: ${JSON.stringify(ends)}\n`),
  };
}

async function nothingIsLost(): Promise<void> {
  await writer.more(200);
  const primary = await pair.primary();
  if (primary) expect(await missing(writer, primary)).toEqual([]);
}

describe.each(['before', 'after'] as const)('killed %s each statement', (moment) => {
  it(
    'a switchover ends where all was, or done, and no acknowledged write is lost',
    { timeout: 7_200_000 },
    async () => {
      const ends = tellEnds(`switchover, killed ${moment}`);
      for (let nth = 1; ; nth += every) {
        const order = await pair.streaming();
        const at = await killedAtStatement({ spec: pair.spec, nth, moment, switchover: order });
        if (at === undefined) break;
        const result = await until(
          () => pair.inRoom('act', (one) => one.settle(order)),
          (said) => said !== 'unknown',
        );
        expect(result, at).toMatchObject({ ended: expect.stringMatching(/^(switched|rolled-back)$/) as string });
        if (result !== 'unknown') ends.add(result.ended);
        await nothingIsLost();
      }
      ends.print();
      await nothingIsLost();
    },
  );

  it('a failover ends with nothing done, or done, and promotes once', { timeout: 7_200_000 }, async () => {
    const ends = tellEnds(`failover, killed ${moment}`);
    await streaming(pair);
    let order = await killPrimary(pair);
    for (let nth = 1; ; nth += every) {
      const { lookedAt: _, ...failover } = order;
      const at = await killedAtStatement({ spec: pair.spec, nth, moment, failover });
      if (at === undefined) break;
      const result = await until(
        () => pair.inFailoverRoom('act', (one) => one.settle(failover)),
        (said) => said !== 'unknown',
      );
      expect(result, at).toMatchObject({ ended: expect.stringMatching(/^(failed-over|not-done)$/) as string });
      if (result === 'unknown' || result.ended === 'not-done') continue;
      ends.add(result.ended);
      await streaming(pair);
      order = await killPrimary(pair);
    }
    ends.print();
    await streaming(pair);
  });
});
