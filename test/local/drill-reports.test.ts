import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { createDrills } from '../../src/local/drills/index.ts';
import { freshEvent } from '../../src/local/events.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import type { DrillSwitch } from '../../src/local/slack/options.ts';
import { openState } from '../../src/state/index.ts';
import { root } from '../house.ts';
import { startTestLaptop } from '../servers/fleet.ts';
import { expectPublished } from '../published-json.ts';
import { leapingClock } from './leaping-clock.ts';

const clock = leapingClock();
let laptop: Laptop;
let drills: readonly DrillSwitch[];
beforeAll(async () => {
  laptop = await startTestLaptop({ clock });
  drills = createDrills(laptop.fleet);
});
afterAll(async () => {
  await laptop.stop();
});

/** Asks as a person would, and reads what was posted. */
async function report(target: string, verb = 'health'): Promise<string> {
  const { ack } = await laptop.slack.command('omar', 'database-alerts', `/db ${verb} ${target}`);
  const runId = /run ([a-z]+-[0-9a-f]{8})/.exec(ack.text ?? '')?.[1] ?? 'none';
  await laptop.aws.idle();
  const message = laptop.slack
    .messages()
    .find(({ metadata, threadTs }) => threadTs === undefined && JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}

/** A fault needs its time to show: a Sentinel's patience, a transaction's age. Asked again until it is named. */
async function reportThat(target: string, says: RegExp, verb = 'health'): Promise<string> {
  for (let asked = 1; ; asked += 1) {
    const text = await report(target, verb);
    if (says.test(text) || asked === 60) return text;
  }
}

/** What is found on the way besides is looked at again after a minute, over which the clock leaps. */
async function untilIdle(): Promise<void> {
  const leaping = setInterval(() => clock.leap(60_000), 2_000);
  await laptop.aws.idle();
  clearInterval(leaping);
}

/** The report that was posted is the one that `--json` prints. */
async function expectLatestPublished(target: string): Promise<void> {
  const { history } = openState({ tableName: process.env['NIGHTSHIFT_TABLE'] ?? '' });
  const done = await history.latestReport(target);
  if (!done) throw new Error(`there is no report of ${target}`);
  expectPublished({ done });
}

const named: readonly [string, string, RegExp][] = [
  ['stop-primary', 'shop-db', /critical.*shop-db-1 \(primary\) does not answer/s],
  ['cut-replication', 'shop-db', /critical.*shop-db-2 .*does not stream/s],
  ['lock-pile-up', 'shop-db', /12 sessions wait behind pid \d+ \(app .?billing/s],
  ['idle-in-transaction', 'shop-db', /app .?reporting.*is idle in transaction/s],
  ['redis-memory-fill', 'shop-cache', /critical.*of maxmemory/s],
  ['freeze-standby', 'shop-db', /shop-db-2 \(replica\) does not answer/],
  [
    'slow-query-storm',
    'shop-db',
    /app .?shop-search.*has worked in one transaction.*all of them in the same statement/,
  ],
  ['connection-flood', 'shop-db', /usable connections are in use.*app .?shop-worker/],
  ['slot-left-behind', 'shop-db', /Slot .?warehouse_copy.? keeps \d+ MB of WAL/],
  ['cache-flushed', 'shop-cache', /warning · The hit rate fell .*FLUSHALL or FLUSHDB was called once/],
  ['kill-redis-primary', 'shop-cache', /shop-cache-1 \(primary\) does not answer.*shop-cache-2 takes writes now/s],
];

describe('a report on the real fleet', () => {
  it('says healthy with no drill on', async () => {
    expect(await reportThat('shop-db', /\[healthy\]/)).toMatch(/\[healthy\] shop-db healthy · (\d+) of \1 checks/);
    expect(await reportThat('shop-cache', /\[healthy\]/)).toMatch(
      /\[healthy\] shop-cache healthy · (\d+) of \1 checks/,
    );
  });

  it.each(named)(
    'names the fault while the drill %s is on, and healthy again after it',
    async (name, target, says) => {
      const drill = drills.find((one) => one.name === name);
      await drill?.on();
      try {
        expect(await reportThat(target, says)).toMatch(says);
        await expectLatestPublished(target);
      } finally {
        await drill?.off();
      }
      // A drill leaves traces that are no trouble: a slow command, which is information.
      expect(await reportThat(target, /^\S+ \S+ healthy/)).toMatch(/^\S+ \S+ healthy/);
      // The hit rate is compared with a report that is a minute old.
    },
    300_000,
  );

  it('draws the tree of a lock pile-up, from the one who forgot to commit to those who wait', async () => {
    const drill = drills.find(({ name }) => name === 'lock-pile-up');
    await drill?.on();
    const text = await reportThat('shop-db', /blocks 12 sessions/, 'sessions');
    await drill?.off();
    expect(text).toMatch(/pid \d+ \(app billing, .*idle in transaction for .*blocks 12 sessions/);
    expect(text).toMatch(
      /└─ pid \d+ shop-web · waits \d+ s · UPDATE products[\s\S]* {3}├─ pid \d+ shop-web[\s\S]*… and \d+ more/,
    );
    expect(text).toContain('[End session…]');
    const clients = /clients on shop-cache-1 \(primary\)/;
    expect(await reportThat('shop-cache', clients, 'sessions')).toMatch(clients);
  });

  it('names them in the nightly report and in the incident of every alarm shape', async () => {
    const faults = drills.filter(({ name }) => name === 'lock-pile-up' || name === 'redis-memory-fill');
    for (const drill of faults) await drill.on();
    const fire = (name: string) => laptop.aws.invoke('alarm', freshEvent(join(root, 'events'), name, Date.now()));
    await laptop.aws.invoke('schedule', { schedule: 'nightly-health', scheduledAt: new Date().toISOString() });
    await fire('alarm.eventbridge.replica-lag.alarm');
    await fire('alarm.sns.connections.alarm');
    await fire('alarm.direct.redis-memory.alarm');
    await untilIdle();
    for (const drill of faults) await drill.off();
    const top = laptop.slack.messages().filter(({ fromBot, threadTs }) => fromBot && threadTs === undefined);
    const texts = top.map(({ blocks }) => blockText(blocks));
    expect(texts.find((text) => text.includes('2 of 2 targets need a look'))).toBeDefined();
    expect(texts.find((text) => text.includes('shop-db incident'))).toMatch(/12 sessions wait/);
    expect(texts.find((text) => text.includes('shop-cache incident'))).toMatch(/of maxmemory/);
  });

  it('has a drill tried for every switch of the console', () => {
    // What a query may do, no look at the servers can tell from what somebody wanted: test/local/restore-orders.test.ts.
    // And what was destroyed, test/browser/destroyed.test.ts brings back.
    const tried = [...named.map(([name]) => name), 'orders-lost', 'data-destroyed'];
    expect(drills.map(({ name }) => name).toSorted()).toEqual(tried.toSorted());
  });
});
