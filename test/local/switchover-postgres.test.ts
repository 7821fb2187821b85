import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { startTestLaptop } from '../servers/fleet.ts';

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
  const { ts, blocks } = await laptop.slack.waitFor(isPlan, 60_000);
  for (const user of ['ada', 'ben']) {
    await laptop.slack.click({ user, messageTs: ts, actionId: buttons(message(ts), 'approve')[0] ?? '' });
  }
  await laptop.aws.idle();
  return { plan: blockText(blocks), outcome: blockText(message(ts)) };
}

describe('/db switchover shop-db', () => {
  it('moves the writes of the shop after two approvals, and the shop goes on', async () => {
    const { plan, outcome } = await switchOver();
    process.stderr.write(
      `${plan}\n\n${outcome}\n${laptop.slack
        .messages()
        .filter(({ threadTs }) => threadTs)
        .map(({ blocks }) => blockText(blocks))
        .join('\n----\n')}\n`,
    );
    expect(outcome).toMatch(/shop-db-2 takes the writes now/);
    const before = await orders('shop-db-2');
    await expect.poll(() => orders('shop-db-2'), { timeout: 20_000 }).toBeGreaterThan(before);
  });
});
