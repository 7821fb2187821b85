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
const said = () =>
  laptop.slack
    .messages()
    .map(({ blocks, text }) => `${blockText(blocks)} ${text}`)
    .join('\n');
const ask = (words: string) => laptop.slack.command('omar', 'database-alerts', `/db failover ${words}`);
const orders = async (name: string) => {
  const server = laptop.fleet.postgres.servers.find((one) => one.name === name);
  const [row] = (await server?.query<{ n: number }>('SELECT max(id)::int AS n FROM orders')) ?? [];
  return row?.n ?? 0;
};

describe('/db failover shop-db', () => {
  it('is refused while the primary is alive, with who sees it', async () => {
    await expect.poll(() => replicaStreams(laptop.fleet.postgres).catch(() => false), { timeout: 60_000 }).toBe(true);
    await ask('shop-db accept-loss=unknown shop-db');
    await laptop.aws.idle();
    expect(said()).toMatch(
      /shop-db-1 is alive\. Seen from here: shop-db-1 answers and takes writes\. Nothing was done/,
    );
  });

  it('says what has to be accepted, and how, once the primary is dead', async () => {
    const drill = createDrills(laptop.fleet).find(({ name }) => name === 'stop-primary');
    await drill?.on();
    await ask('shop-db');
    await laptop.aws.idle();
    expect(said()).toMatch(
      /at most what was written in .* That has to be accepted: \/db failover shop-db accept-loss=\d+min shop-db/,
    );
  });

  it('shows signs, loss and what cannot be undone, asks two people, promotes the standby, and the shop goes on', async () => {
    await ask('shop-db accept-loss=unknown shop-db');
    const { ts, blocks } = await laptop.slack.waitFor(isPlan, 240_000);
    const plan = blockText(blocks);
    expect(plan).toMatch(/plan for failover waits for 2 approvals/);
    expect(plan).toMatch(/shop-db-1 is dead: watched for \d+ s/);
    expect(plan).toMatch(/dead: Seen from here: nothing listens on .*\s+dead: shop-db-2: it receives nothing/);
    expect(plan).toMatch(/Can be lost:.*What shop-db-1 acknowledged after/);
    for (const user of ['ada', 'ben']) {
      await laptop.slack.click({ user, messageTs: ts, actionId: buttons(message(ts), 'approve')[0] ?? '' });
    }
    await laptop.aws.idle();
    const outcome = blockText(message(ts));
    expect(outcome).toMatch(/shop-db-2 takes the writes now, shop-db-1 is not fenced: keep it down/);
    expect(outcome).toMatch(
      /Lost: what shop-db-1 acknowledged after .*Not exact: only shop-db-1 knows\.\s+To do: Keep shop-db-1 down/,
    );
    const before = await orders('shop-db-2');
    await expect.poll(() => orders('shop-db-2')).toBeGreaterThan(before);
  });

  it('leaves a demo that works, and the writes where they are, until somebody says that he has looked', async () => {
    const stopped = laptop.fleet.postgres.servers.find((one) => one.name === 'shop-db-1');
    if (stopped) await laptop.fleet.postgres.restore(stopped);
    await expect.poll(() => replicaStreams(laptop.fleet.postgres).catch(() => false), { timeout: 60_000 }).toBe(true);
    const switchover = () => laptop.slack.command('omar', 'database-alerts', '/db switchover shop-db');
    await switchover();
    await laptop.aws.idle();
    expect(said()).toMatch(
      /shop-db failed over from shop-db-1 to shop-db-2: the writes of shop-db stay where they are until/,
    );
    await laptop.slack.command('omar', 'database-alerts', '/db ack shop-db');
    await laptop.aws.idle();
    expect(said()).toMatch(/its writes may be moved again/);
  });
});
