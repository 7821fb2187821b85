import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresServer } from '../../../src/local/fleet/postgres-server.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { failoverOf } from '../../../src/providers/self-managed/failover.ts';
import { promote, type Promotion } from '../../../src/providers/self-managed/failover/promote.ts';
import type { PhaseName } from '../../../src/providers/self-managed/failover/site.ts';
import { holdSession } from '../../../src/providers/self-managed/switchover/sessions.ts';
import type { FailoverLook, FailoverOrder, FailoverResult } from '../../../src/targets/failover.ts';
import type { Fence } from '../../../src/targets/fence.ts';
import { fenceThat } from './failover/fence-that.ts';
import { killProcessAt } from './killed-process.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from './shop-writer.ts';
import { secret, startStreamingPair, type StreamingPair } from './streaming-pair.ts';

let pair: StreamingPair;
let writer: ShopWriter;
let writers = 0;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
});
afterAll(() => pair.stop());
/** Each test begins with a pair that streams, and an application that writes. */
beforeEach(async () => {
  pair.gate.restore();
  for (const server of pair.servers) {
    server.thaw();
    await pair.restore(server);
  }
  await pair.streaming();
  writer = startShopWriter(pair.servers, `w${(writers += 1)}-`);
  await writer.more(100);
});
afterEach(() => writer.stop());

async function primary(): Promise<PostgresServer> {
  const found = await pair.primary();
  if (!found) throw new Error('nobody takes writes');
  return found;
}

/** As a machine that loses its power: nobody says goodbye. */
function kill({ dataDirectory }: PostgresServer): void {
  process.kill(Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
}

async function look(): Promise<FailoverLook> {
  const seen = await pair.inFailoverRoom('read', (one) => one.look());
  if ('refused' in seen) throw new Error(seen.refused);
  return seen;
}

async function untilDead(): Promise<FailoverLook> {
  const signs = async () => (await look()).signs.map(({ says }) => says);
  await expect.poll(signs, { timeout: 90_000 }).toEqual(['dead', 'dead']);
  return look();
}

function orderOf(
  { primary: from, identity, candidates, loss: { bytes, seconds } }: FailoverLook,
  change: Partial<FailoverOrder> = {},
): FailoverOrder {
  expect(candidates[0]).toMatchObject({ unfit: null });
  const to = candidates[0]?.member ?? '';
  return { from, to, identity, acceptedLoss: { bytes, seconds }, acceptsTwoWriters: true, ...change };
}

/** As the act room does it, beside a fence where one is given; `watch` is called at the border of each phase. */
async function carryOut(
  order: FailoverOrder,
  { fence, watch = async () => {} }: { fence?: Fence; watch?: (phase: PhaseName) => Promise<void> } = {},
): Promise<FailoverResult> {
  const target = await openTarget(pair.spec, 'act', { secret });
  try {
    if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
    const fenced = fence ? { ...target, fence } : target;
    const site = { spec: pair.spec, options: { secret }, room: 'act', target: fenced } as const;
    return await failoverOf(site, watch).carryOut(order);
  } finally {
    await target.close();
  }
}
/** What the server itself says to the order, whatever was looked at before. */
async function promoted(to: string, order: Pick<FailoverOrder, 'from' | 'to' | 'identity'>): Promise<Promotion> {
  const { ask, close } = await holdSession({ spec: pair.spec, options: { secret } }, to, 5);
  const said = promote(ask, { ...order, acceptedLoss: { bytes: null, seconds: null }, acceptsTwoWriters: true });
  return said.finally(() => void close());
}
const settle = (order: FailoverOrder) => pair.inFailoverRoom('act', (one) => one.settle(order));

describe('a look at streaming servers', () => {
  it('finds a primary alive that answers, also where its standby is cut off from it', async () => {
    expect((await look()).signs).toMatchObject([
      { from: 'nightshift', says: 'alive', sentence: 'shop-db-1 answers and takes writes.' },
      {
        from: 'shop-db-2',
        says: 'alive',
        sentence: expect.stringMatching(/^it heard from the primary \d+ s ago/) as string,
      },
    ]);
    pair.gate.cut();
    await expect
      .poll(async () => (await look()).signs.map(({ says }) => says), { timeout: 60_000 })
      .toEqual(['alive', 'dead']);
  });

  it('finds a primary alive whose standby hears from it, though nobody can connect to it', async () => {
    const lost = {
      ...pair.spec,
      members: pair.spec.members.map((one, index) => (index === 0 ? { ...one, port: 1 } : one)),
    };
    const target = await openTarget(lost, 'read', { secret });
    const seen = await target.failover?.look();
    await target.close();
    expect(seen).toMatchObject({
      primary: 'shop-db-1',
      signs: [{ says: 'dead' }, { from: 'shop-db-2', says: 'alive' }],
    });
  });
});

describe('a failover of streaming servers', { timeout: 300_000 }, () => {
  it('is not begun while the primary answers, or when the standby has not what was approved', async () => {
    const before = await primary();
    const follower = pair.servers.find(({ name }) => name !== before.name)?.name ?? '';
    const any = { from: before.name, to: follower, identity: { [`received by ${follower}`]: '0/1' } };
    expect(await promoted(follower, any)).toBe('hears');
    kill(before);
    const order = orderOf(await untilDead());
    const key = `received by ${order.to}`;
    const other = { ...order, identity: { ...order.identity, [key]: '0/1' } };
    expect(await carryOut(other)).toMatchObject({
      ended: 'not-done',
      why: expect.stringMatching(/has received up to .*, and had up to 0\/1/) as string,
    });
    await before.start();
    expect(await carryOut(order)).toMatchObject({
      ended: 'not-done',
      why: `nightshift does not say that ${before.name} is dead: ${before.name} answers.`,
      loss: { exact: true },
    });
    expect(await pair.server(order.to).query('SELECT pg_is_in_recovery() AS r')).toEqual([{ r: true }]);
  });

  it('promotes the standby of a primary that was killed; what was acknowledged and is lost is within the bound', async () => {
    // Behind a wire that is cut the standby falls behind, so that something is lost.
    pair.gate.cut();
    await writer.more(200);
    const before = await primary();
    kill(before);
    const lookedAt = Date.now();
    const seen = await untilDead();
    const order = orderOf(seen);
    const result = await carryOut(order);
    expect(result).toMatchObject({ ended: 'failed-over', why: null, oldPrimary: 'unknown', loss: { exact: false } });
    expect(result.evidence[0]).toMatch(
      new RegExp(`^${order.to} took a write on timeline 2, which left timeline 1 at [0-9A-F]+/[0-9A-F]+\\.$`),
    );
    expect(result.left[0]).toMatch(new RegExp(`^Keep ${order.from} down`));
    const next = pair.server(order.to);
    const lost = await missing(writer, next);
    expect(lost.length).toBeGreaterThan(100);
    const oldest = Math.min(...lost.map((id) => writer.acknowledgedAt(id)));
    expect(lookedAt - oldest).toBeLessThan((seen.loss.seconds ?? 0) * 1000 + 1000);
    expect(seen.loss.bytes).toBeNull();
    await writer.more(100);
    // Whoever comes second does nothing, and claims nothing.
    expect(await carryOut(order)).toMatchObject({ ended: 'needs-a-human', loss: { exact: false } });
    expect(await settle(order)).toMatchObject({ ended: 'failed-over' });
    expect(await next.query(`SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS t`)).toEqual([
      { t: '00000002' },
    ]);
  });

  it('takes a primary for dead that takes connections and answers nothing, and asks for a person when it comes back', async () => {
    const before = await primary();
    before.freeze();
    const order = orderOf(await untilDead());
    const result = await carryOut(order, {
      watch: async (phase) => {
        if (phase === 'Prove') before.thaw();
      },
    });
    expect(result).toMatchObject({
      ended: 'needs-a-human',
      why: `${before.name} answers again: two servers may take writes, and what each takes the other does not have.`,
      left: expect.arrayContaining([expect.stringMatching(new RegExp(`^Stop ${before.name} now`))]) as string[],
    });
  });

  it('is fenced only by a positive answer, and opens again what it closed where it does not go on', async () => {
    kill(await primary());
    const seen = await untilDead();
    const order = orderOf({ ...seen, identity: { ...seen.identity, fence: 'open' } }, { acceptsTwoWriters: false });
    const silent = fenceThat('unknown');
    expect(await carryOut(order, { fence: silent })).toMatchObject({
      ended: 'not-done',
      why: `${order.from} could not be fenced: pool-1 says unknown.`,
      left: [],
    });
    expect(silent.did).toEqual(['unknown', 'open']);
    const byHand = fenceThat('unknown');
    // Somebody closes it after it was looked at.
    const watch = async (phase: PhaseName) => void (phase === 'Fence' && (await byHand.byHand()));
    expect(await carryOut(order, { fence: byHand, watch })).toMatchObject({ ended: 'not-done' });
    expect(byHand.did).toEqual(['closed', 'unknown']);
    expect(await promoted(order.to, { ...order, identity: { [`received by ${order.to}`]: '0/1' } })).toBe('has moved');
    const good = fenceThat('closed');
    const slept = await carryOut(order, {
      fence: good,
      watch: async (phase) => {
        // Somebody else has promoted it by the time that it is our turn.
        if (phase === 'Promote') await pair.server(order.to).query('SELECT pg_promote(true, 30)');
      },
    });
    expect(slept).toMatchObject({
      ended: 'needs-a-human',
      why: `${order.to} is no standby any more: somebody else has promoted it.`,
      loss: { exact: false, sentences: [expect.not.stringMatching(/Nothing was lost/)] },
      left: [
        expect.stringMatching(/^Keep .* down/),
        expect.stringMatching(/may be kept away now \(pool-1 is paused\): point it at/),
      ],
    });
    expect(good.did).toEqual(['closed']);
    expect(await promoted(order.to, order)).toBe('is a primary');
  });

  it('whose process was killed is settled: not done before the promotion, done after it; and so often as one asks', async () => {
    const before = await primary();
    kill(before);
    const order = orderOf(await untilDead());
    // Killed before the other phases: test/chaos/failover-postgres.test.ts.
    await killProcessAt('failover-process.ts', 'Promote', { spec: pair.spec, order });
    expect(await settle(order)).toMatchObject({ ended: 'not-done', left: [] });
    // One that replays has perhaps not looked yet whether it was told to take over.
    await pair.server(order.to).query('SELECT pg_wal_replay_pause()');
    const PAUSE = 'SELECT pg_get_wal_replay_pause_state() AS state';
    await expect.poll(() => pair.server(order.to).query(PAUSE), { timeout: 60_000 }).toEqual([{ state: 'paused' }]);
    expect(await settle(order)).toBe('unknown');
    await pair.server(order.to).query('SELECT pg_wal_replay_resume()');
    await killProcessAt('failover-process.ts', 'Prove', { spec: pair.spec, order });
    expect(await settle(order)).toMatchObject({ ended: 'failed-over', oldPrimary: 'unknown' });
    expect(await settle(order)).toMatchObject({ ended: 'failed-over' });
  });
});
