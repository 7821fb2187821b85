import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { createDrills } from '../../src/local/drills/index.ts';
import { replicaStreams } from '../../src/local/drills/stop-primary.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { startTestLaptop } from '../servers/fleet.ts';

vi.setConfig({ testTimeout: 300_000 });

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startTestLaptop();
});
afterAll(() => laptop.stop());

const buttons = (blocks: readonly Json[], verb: string) =>
  [...JSON.stringify(blocks).matchAll(new RegExp(`"action_id":"(${verb}[^"]*)"`, 'g'))].map(([, id]) => id ?? '');
const isPlan = ({ fromBot, threadTs, blocks }: SlackMessage) =>
  fromBot && threadTs === undefined && buttons(blocks, 'approve').length > 0;
const message = (ts: string) => laptop.slack.messages().find((one) => one.ts === ts)?.blocks ?? [];
const orders = async (name: string) => {
  const server = laptop.fleet.postgres.servers.find((one) => one.name === name);
  const [row] = (await server?.query<{ n: number }>('SELECT max(id)::int AS n FROM orders')) ?? [];
  return row?.n ?? 0;
};

/** Asks as omar does, waits for the plan, and lets ada and ben say yes to it. */
async function switchOver(): Promise<{ plan: string; outcome: string }> {
  await laptop.slack.command('omar', 'database-alerts', '/db switchover shop-db');
  const { ts, blocks } = await laptop.slack.waitFor(isPlan, 240_000);
  for (const user of ['ada', 'ben']) {
    await laptop.slack.click({ user, messageTs: ts, actionId: buttons(message(ts), 'approve')[0] ?? '' });
  }
  await laptop.aws.idle();
  return { plan: blockText(blocks), outcome: blockText(message(ts)) };
}

describe('/db switchover shop-db', () => {
  it('shows what is done, lost and noticed, asks two people, moves the writes, and the shop goes on', async () => {
    const { plan, outcome } = await switchOver();
    expect(plan).toMatch(/plan for switchover waits for 2 approvals/);
    expect(plan).toMatch(/1\. Hold every commit on shop-db-1: it waits, unacknowledged/);
    expect(plan).toMatch(/No standby is left until somebody makes shop-db-1 one, on its host/);
    expect(outcome).toMatch(
      /shop-db-2 takes the writes now, shop-db-1 takes none and follows nobody yet; writes stood still for/,
    );
    expect(outcome).toMatch(/Lost: no acknowledged write\.\s+To do: Nobody follows shop-db-2/);
    const before = await orders('shop-db-2');
    await expect.poll(() => orders('shop-db-2')).toBeGreaterThan(before);
  });

  it('leaves a demo that works: its hand makes the old primary a standby, and drills go on', async () => {
    const { postgres } = laptop.fleet;
    await expect.poll(() => replicaStreams(postgres).catch(() => false), { timeout: 60_000 }).toBe(true);
    expect((await laptop.fleet.status()).members.slice(0, 2)).toEqual([
      { name: 'shop-db-1', role: 'replica', state: 'up' },
      { name: 'shop-db-2', role: 'primary', state: 'up' },
    ]);
    const drill = createDrills(laptop.fleet).find(({ name }) => name === 'stop-primary');
    await drill?.on();
    expect((await laptop.fleet.status()).members[1]).toMatchObject({ name: 'shop-db-2', state: 'down' });
    await drill?.off();
    expect(await replicaStreams(postgres)).toBe(true);
  });
});
