import { afterEach, describe, expect, it } from 'vitest';
import { openTarget } from '../../../src/providers/index.ts';
import type { Switchover, SwitchoverLook, SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { missing, openShop, startShopWriter } from './shop-writer.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function startPair(): Promise<TestPostgres> {
  const pair = await startTestPostgres({ replica: true, settings: { synchronous_commit: 'on', max_connections: '60' } });
  stops.push(() => pair.stop());
  await openShop(pair);
  return pair;
}

async function open(pair: TestPostgres, room: 'read' | 'act'): Promise<Switchover> {
  const target = await openTarget(pair.spec, room, { secret: async ({ name }) => pair.environment[name] ?? '' });
  stops.push(() => target.close());
  if (!target.switchover) throw new Error('no switchover');
  return target.switchover;
}

async function lookAt(pair: TestPostgres): Promise<SwitchoverLook> {
  const look = await (await open(pair, 'read')).look();
  if ('refused' in look) throw new Error(look.refused);
  return look;
}

async function orderFor(pair: TestPostgres, deadlineSeconds = 10): Promise<SwitchoverOrder> {
  const { primary, identity, candidates } = await lookAt(pair);
  return { from: primary, to: candidates[0]?.member ?? '', identity, deadlineSeconds };
}

describe('a switchover of streaming servers', () => {
  it('loses none of the writes that were acknowledged', async () => {
    const pair = await startPair();
    console.log(JSON.stringify(await lookAt(pair), null, 1));
    const writer = startShopWriter([pair.primary.port, pair.replica!.port]);
    stops.push(() => writer.stop());
    await writer.more(1000);
    const order = await orderFor(pair);
    const result = await (await open(pair, 'act')).carryOut(order);
    console.log(JSON.stringify(result, null, 1), writer.failures(), writer.acknowledged().length);
    expect(result.ended).toBe('switched');
    await writer.more(500);
    await writer.stop();
    console.log(writer.acknowledged().length);
    expect(await missing(writer, pair.replica!)).toEqual([]);
  });
});
