import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { PatroniPhase } from '../../../src/providers/self-managed/patroni/carry-out.ts';
import { postSwitchover } from '../../../src/providers/self-managed/patroni/client.ts';
import { verdictOf } from '../../../src/providers/self-managed/patroni/said.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { patroniLogin, startTestPatroni, whyNoPatroni, type TestPatroni } from '../../servers/patroni.ts';
import { recordServer } from '../../servers/room.ts';
import { isReady, lookOf, onActing, orderOf } from '../switching.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from './shop-writer.ts';

if (whyNoPatroni !== undefined) process.stderr.write(`SKIPPED: the switchover under Patroni ${whyNoPatroni}\n`);

const program = fileURLToPath(new URL('patroni-process.ts', import.meta.url));

const PATIENCE = { timeout: 300_000 };

describe.skipIf(whyNoPatroni !== undefined)('a switchover of servers that a real Patroni manages', PATIENCE, () => {
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
  /** Whatever happened: all that was acknowledged is on the server that leads, and it goes on taking writes. */
  afterEach(async () => {
    await writer.more(50);
    expect(await missing(writer, await group.settled())).toEqual([]);
  });

  const carryOut = (order: SwitchoverOrder) => onActing(group, (one) => one.carryOut(order));
  const settle = (order: SwitchoverOrder) => onActing(group, (one) => one.settle(order));
  const other = (name: string) => (name === 'shop-db-1' ? 'shop-db-2' : 'shop-db-1');

  /** Begins it in a process of its own, which is killed at the border of a phase, once `when` has come. */
  async function killedAt(stopAt: PatroniPhase, order: SwitchoverOrder, when: () => Promise<unknown>): Promise<void> {
    const { spec, environment } = group;
    const task = JSON.stringify({ spec, environment, order, stopAt });
    const child = spawn(process.execPath, [program, task], { stdio: ['ignore', 'pipe', 'inherit'] });
    recordServer(child.pid ?? 0, 'switchover');
    const ended = once(child, 'exit');
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe(`${stopAt}\n`);
    await when();
    child.kill('SIGKILL');
    await ended;
  }

  it('leaves a failover to Patroni, which says within which time', async () => {
    const options = { secret: createSecrets((name) => group.environment[name]).resolve };
    const target = await openTarget(group.spec, 'read', options);
    expect(target.engine === 'postgres' && (await target.failover?.look())).toEqual({
      refused: expect.stringMatching(/^Patroni promotes by itself within its ttl \(20 s\)/) as string,
    });
    await target.close();
  });

  it('is refused while Patroni is paused, with the reason', async () => {
    const order = await orderOf(group);
    await group.configure({ pause: true });
    await expect
      .poll(async () => (await lookOf(group)).prechecks, { timeout: 60_000 })
      .toContainEqual({
        name: 'Pause',
        says: 'stops',
        sentence: 'Patroni is paused: end that first (patronictl resume).',
      });
    expect(await carryOut(order)).toMatchObject({ ended: 'rolled-back', why: 'Patroni was paused since the plan.' });
    await group.configure({ pause: null });
    await expect.poll(async () => isReady(await lookOf(group)), { timeout: 60_000 }).toBe(true);
  });

  it('is not begun where the leader is another one than planned, by us and by Patroni alike', async () => {
    const order = await orderOf(group);
    const turned = { ...order, from: order.to, to: order.from };
    expect(await carryOut(turned)).toMatchObject({
      ended: 'rolled-back',
      why: `Patroni says that ${order.from} leads, and not ${order.to}.`,
    });
    const source = { url: group.member(order.from).url };
    const names = { leader: turned.from, candidate: turned.to };
    expect(verdictOf(await postSwitchover(source, patroniLogin, names, 5000))).toEqual({
      is: 'refused',
      why: 'Patroni refused it (HTTP 412: leader name does not match).',
    });
    const stranger = await postSwitchover(source, { user: 'patroni', password: 'wrong' }, names, 5000);
    expect(verdictOf(stranger)).toMatchObject({
      is: 'refused',
      why: expect.stringMatching(/HTTP 401.*patroni\.user/) as string,
    });
  });

  it('tells why a server cannot take the writes: its tag, its lag', async () => {
    const leader = await group.settled();
    const standby = group.member(other(leader.name));
    standby.tag({ nofailover: true });
    const reason = async () => (await lookOf(group)).candidates[0]?.unfit;
    await expect.poll(reason, { timeout: 60_000 }).toBe('its tag nofailover keeps it from taking over.');
    standby.tag({});
    await expect.poll(reason, { timeout: 60_000 }).toBeNull();
    await group.configure({ maximum_lag_on_failover: 1000 });
    // Patroni resumes a replay that is paused: the process that replays stands still instead.
    const [replays] = await standby.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'`,
    );
    process.kill(replays?.pid ?? 0, 'SIGSTOP');
    await expect.poll(reason, { timeout: 60_000 }).toMatch(/^it is .*B behind \(limit: .*maximum_lag_on_failover\)/);
    process.kill(replays?.pid ?? 0, 'SIGCONT');
    await group.configure({ maximum_lag_on_failover: null });
    await expect.poll(reason, { timeout: 60_000 }).toBeNull();
  });

  it('moves the writes, and proves that no acknowledged one is lost; the old primary follows by itself', async () => {
    const order = await orderOf(group);
    const result = await carryOut(order);
    expect(result).toMatchObject({ ended: 'switched', why: null, lost: 'none', left: [] });
    expect(result.writeGapMilliseconds).toBeGreaterThan(0);
    expect(result.evidence).toEqual([
      expect.stringMatching(
        new RegExp(`^${order.to} took a write on timeline \\d+, which left timeline \\d+ at [0-9A-F]+/`),
      ),
      expect.stringMatching(new RegExp(`^The last that ${order.from} wrote as primary is its shutdown checkpoint at `)),
      `${order.from} streams from ${order.to}.`,
    ]);
    expect(result.phases.map(({ name }) => name)).toEqual(['Get ready', 'Ask Patroni', 'Change the leader', 'Follow']);
    // The plan is of another life of the old primary: it is not carried out again.
    expect(await carryOut(order)).toMatchObject({
      ended: 'rolled-back',
      why: expect.stringMatching(/leads, and not/) as string,
    });
  });

  it('is found not begun by whoever settles it, when its process was killed before Patroni was asked', async () => {
    const order = await orderOf(group);
    await killedAt('Ask Patroni', order, async () => {});
    expect(await settle(order)).toMatchObject({
      ended: 'rolled-back',
      lost: 'none',
      evidence: [expect.stringMatching(new RegExp(`^${order.from} leads and takes writes on timeline \\d+ as before`))],
    });
  });

  it('is found switched by whoever settles it, as often as he does, when its process was killed after Patroni was asked', async () => {
    const order = await orderOf(group);
    const isBegun = async () => {
      const { members } = await group.cluster();
      const old = members.find(({ name }) => name === order.from);
      return old?.role !== 'leader' || old.state !== 'running';
    };
    await killedAt('Change the leader', order, () => expect.poll(isBegun, { timeout: 60_000 }).toBe(true));
    expect(await settle(order)).toMatchObject({ ended: 'switched', lost: 'none', left: [] });
    expect(await settle(order)).toMatchObject({ ended: 'switched', lost: 'none' });
    expect((await group.settled()).name).toBe(order.to);
  });
});
