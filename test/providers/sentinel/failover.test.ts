import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis, type TestRedisMember } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { sentinelApplication } from '../../servers/applications.ts';
import { deadSince, lookForFailover, onFailingOver, orderOf, untilDead } from '../failing-over.ts';
import { startWorker } from '../start-worker.ts';

const all = { replica: true, secondReplica: true, sentinels: true } as const;
const nameOf = (group: TestRedis, address: unknown) => {
  const [, port] = address as [string, string];
  return group.spec.members.find((one) => one.port === Number(port))?.name;
};

describe('a dead primary that most of the Sentinels watch', () => {
  let group: TestRedis;
  beforeAll(async () => {
    group = await startTestRedis(all);
    // All looks come before they promote somebody.
    await downAfter(60_000);
  });
  const downAfter = async (milliseconds: number) => {
    for (const one of group.sentinels)
      await one.call('SENTINEL', 'SET', 'shop-cache', 'down-after-milliseconds', String(milliseconds));
  };
  afterAll(() => group.stop('SIGKILL'));
  /** A room that reaches none of some Sentinels. */
  const cutOff = (names: readonly string[]) => ({
    ...group,
    spec: {
      ...group.spec,
      members: group.spec.members.map((one) => (names.includes(one.name) ? { ...one, port: 1 } : one)),
    },
  });

  it('is left to them, also where this room reaches one or none of them', async () => {
    const look = await lookForFailover(group);
    if ('refused' in look) throw new Error(look.refused);
    expect(new Set(look.signs.map(({ says }) => says))).toEqual(new Set(['alive']));
    await group.primary.stop('SIGKILL');
    const refused = { refused: expect.stringMatching(/^The Sentinels do this by themselves \(/) as string };
    const two = ['shop-cache-s1', 'shop-cache-s2'];
    const looks = [[], two, [...two, 'shop-cache-s3']].map((names) => lookForFailover(cutOff(names)));
    expect(await Promise.all(looks)).toEqual([refused, refused, refused]);
    const order = orderOf({ ...look, primary: 'shop-cache-1' });
    const result = await onFailingOver(group, (capability) => capability.carryOut(order));
    expect(result).toMatchObject({ ended: 'not-done' });
    await downAfter(1000);
    await until(
      () => lookForFailover(group),
      (now) => 'signs' in now && now.primary !== 'shop-cache-1' && now.signs[0]?.says === 'alive',
    );
  });
});

describe('a dead primary that most of the Sentinels watch no more', () => {
  let group: TestRedis;
  let writes: AcknowledgedWrites;
  beforeEach(async () => {
    group = await startTestRedis(all);
    writes = writeAcknowledged(
      'shop',
      [1, 2, 3, 4].map(() => sentinelApplication(group)),
    );
    await moreWrites();
    await Promise.all(group.sentinels.slice(0, 2).map((one) => one.stop('SIGKILL')));
  });
  afterEach(async () => {
    await writes.stop();
    await group.stop('SIGKILL');
  });
  const sentinel = () => group.sentinels[2]!;
  const serverOf = (name: string): TestRedisMember => (name === 'shop-cache-2' ? group.replica! : group.secondReplica!);
  const moreWrites = async () => {
    const before = writes.count();
    await until(
      async () => writes.count() - before,
      (more) => more >= 300,
    );
  };
  const watched = async () => {
    const words = ((await sentinel().call('SENTINEL', 'MASTER', 'shop-cache')) as string[]).map(String);
    const field = (name: string) => words[words.indexOf(name) + 1];
    return ['port', 'quorum', 'down-after-milliseconds', 'failover-timeout', 'parallel-syncs'].map(field);
  };

  it('is replaced, and the Sentinel that answers watches the new one as it did the old one', async () => {
    await group.primary.stop('SIGKILL');
    const { look, askedAtMs } = await deadSince(group);
    expect(look.fence).toMatchObject({ certain: false });
    expect(look.prechecks).toContainEqual({
      name: 'Sentinels',
      says: 'warns',
      sentence: expect.stringMatching(/^1 of 3 Sentinels answer, no majority/) as string,
    });
    const refused = await onFailingOver(group, (one) => one.carryOut(orderOf(look, { acceptsTwoWriters: false })));
    expect(refused).toMatchObject({ ended: 'not-done' });
    const order = orderOf(look);
    const result = await onFailingOver(group, (one) => one.carryOut(order));
    expect(result).toMatchObject({ ended: 'failed-over', why: null, oldPrimary: 'unknown' });
    expect(result.left).toEqual([
      expect.stringMatching(/^Keep shop-cache-1 away\./),
      expect.stringMatching(/^shop-cache-s1, shop-cache-s2 must not meet shop-cache-1 again as they are/),
      expect.stringMatching(/^shop-cache-s3 cannot log in to .*: SENTINEL SET shop-cache auth-pass/),
    ]);
    expect(await watched()).toEqual([String(serverOf(order.to).port), '2', '1000', '5000', '1']);
    // Clients find it; what they were told before is what they lost at most.
    await moreWrites();
    const lost = await writes.lost(
      async (key) => new Set((await serverOf(order.to).call('SMEMBERS', key)) as string[]),
    );
    for (const value of lost)
      expect(writes.acknowledgedAtMs(value)).toBeGreaterThan(askedAtMs - (look.loss.seconds ?? 0) * 1000);
    const password = group.environment['SHOP_CACHE_PASSWORD'] ?? '';
    await sentinel().call('SENTINEL', 'SET', 'shop-cache', 'auth-pass', password);
    const settled = await until(
      () => onFailingOver(group, (one) => one.settle(order)),
      (now) => now !== 'unknown' && now.evidence.includes(`shop-cache-s3 watches ${order.to}.`),
    );
    expect(settled).toMatchObject({ ended: 'failed-over', why: null });
  });

  it('and whose worker was killed between taking away and giving is watched again', async () => {
    await group.primary.stop('SIGKILL');
    const order = orderOf(await untilDead(group));
    const halt = { moment: 'after', command: 'SENTINEL REMOVE' } as const;
    await (await startWorker({ servers: group, failover: order, halt })).kill();
    const settled = await onFailingOver(group, (one) => one.settle(order));
    expect(settled).toMatchObject({ ended: 'failed-over', why: null });
    expect(settled).toMatchObject({
      left: expect.arrayContaining([expect.stringMatching(/had lost its settings/)]) as string[],
    });
    expect(nameOf(group, await sentinel().call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'shop-cache'))).toBe(order.to);
  });
});
