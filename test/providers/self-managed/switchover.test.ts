import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, openBook, startShopWriter } from './shop-writer.ts';
import { startStreamingPair, type StreamingPair } from './streaming-pair.ts';

let pair: StreamingPair;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
});
afterAll(() => pair.stop());

const ports = () => pair.servers.map(({ port }) => port);

describe('a switchover of streaming servers', () => {
  it('loses none of the writes that were acknowledged, there and back', async () => {
    const writer = startShopWriter(ports());
    for (const to of ['shop-db-2', 'shop-db-1']) {
      const began = performance.now();
      await writer.more(1000);
      console.log(performance.now() - began, 'ms for 1000');
      await expect.poll(async () => (await pair.order().catch(() => undefined))?.to, { timeout: 30_000 }).toBe(to);
      const order = await pair.order();
      const result = await pair.inRoom('act', (one) => one.carryOut(order));
      console.log(JSON.stringify(result, null, 1));
      expect(result).toMatchObject({ ended: 'switched' });
    }
    await writer.more(500);
    await writer.stop();
    console.log(writer.failures(), writer.acknowledged().length);
    expect(await missing(writer, pair.server('shop-db-1'))).toEqual([]);
  });
});
