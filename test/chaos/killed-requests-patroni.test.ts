import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { haltedProcess } from '../providers/self-managed/killed-statement.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from '../providers/self-managed/shop-writer.ts';
import { onActing, orderOf } from '../providers/switching.ts';
import { startTestPatroni, whyNoPatroni, type TestPatroni } from '../servers/patroni.ts';
import { atEachPlace, moments } from './each-place.ts';

if (whyNoPatroni !== undefined) process.stderr.write(`SKIPPED: the switchover under Patroni ${whyNoPatroni}\n`);

describe.skipIf(whyNoPatroni !== undefined)('a switchover that a real Patroni does', () => {
  let group: TestPatroni;
  let writer: ShopWriter;
  beforeAll(async () => {
    group = await startTestPatroni();
    const leader = await group.settled();
    await leader.query('CREATE ROLE shop');
    await openBook(leader);
    writer = startShopWriter(group.members, 'w', 10);
  });
  afterAll(async () => {
    await writer.stop();
    await group.stop();
  });

  /** Each change of the leader is a timeline of its own. */
  const timeline = async () => {
    const [row] = await (
      await group.settled()
    ).query<{ n: number }>('SELECT timeline_id AS n FROM pg_control_checkpoint()');
    return row?.n ?? Number.NaN;
  };

  it.each(moments)(
    'killed %s each request and statement ends where all was, or done; asked once, and no acknowledged write is lost',
    { timeout: 7_200_000 },
    async (moment) => {
      const { over, places } = await atEachPlace(`switchover by Patroni, killed ${moment}`, async (nth) => {
        await group.settled();
        const order = await orderOf(group);
        const { spec, environment } = group;
        const { words, kill } = await haltedProcess('asking-process.ts', { spec, environment, nth, moment, order });
        await kill();
        if (words.startsWith('ended ')) return { over: JSON.parse(words.slice('ended '.length)) as unknown };
        const result = await until(
          () => onActing(group, (capability) => capability.settle(order)),
          (said) => said !== 'unknown',
        );
        const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
        const why = `${nth}: ${words}: ${JSON.stringify(result)}`;
        expect(ended, why).toMatch(/^(switched|rolled-back)$/);
        expect((await group.settled()).name, why).toBe(ended === 'switched' ? order.to : order.from);
        await writer.more(50);
        expect(await missing(writer, await group.settled()), why).toEqual([]);
        // What was asked twice would change the leader twice, or leave one more timeline behind.
        const most = Number(order.identity['timeline']) + 1;
        expect(await timeline(), why).toBeLessThanOrEqual(most);
        return { ended };
      });
      expect(over).toMatchObject({ ended: 'switched' });
      expect(places).toBeGreaterThan(0);
    },
  );
});
