import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { masterName } from '../../src/local/fleet/redis-configuration.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { startTestLaptop } from '../servers/fleet.ts';

vi.setConfig({ testTimeout: 300_000 });

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startTestLaptop();
});
afterAll(() => laptop.stop());

/** The bot's newest message at the top of the channel that says this. */
async function said(words: RegExp): Promise<SlackMessage> {
  const seen = ({ fromBot, threadTs, blocks }: SlackMessage): boolean =>
    fromBot && threadTs === undefined && words.test(blockText(blocks));
  await laptop.slack.waitFor(seen, 240_000).catch((cause: unknown) => {
    const last = blockText(laptop.slack.messages().findLast(({ fromBot }) => fromBot)?.blocks ?? []);
    throw new Error(`nothing says ${words}; the newest message: ${last}`, { cause });
  });
  const found = laptop.slack.messages().findLast(({ blocks }) => words.test(blockText(blocks)));
  if (!found) throw new Error(`nothing says ${words}`);
  return found;
}

async function approve({ ts, blocks }: SlackMessage, user: string): Promise<void> {
  const actionId = /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(blocks))?.[1] ?? '';
  await laptop.slack.click({ user, messageTs: ts, actionId });
}

const command = (text: string) => laptop.slack.command('omar', 'database-alerts', text);
const textAt = (wanted: string) => blockText(laptop.slack.messages().find(({ ts }) => ts === wanted)?.blocks ?? []);
/** Every Sentinel has asked the former primary again, which it does every ten seconds, and could promote it. */
async function untilPromotable(): Promise<void> {
  const views = async () =>
    Promise.all(
      laptop.fleet.redis.sentinels.map(async (one) => String(await one.call('SENTINEL', 'REPLICAS', masterName))),
    );
  await expect
    .poll(
      async () =>
        (await views()).every((view) => !/[so]_down|disconnected/.test(view) && /role-reported,slave/.test(view)),
      {
        timeout: 60_000,
      },
    )
    .toBe(true);
}
const primaryName = async () => (await laptop.fleet.redis.primary())?.name;

describe('a switchover of the demo, from the command to the outcome', () => {
  it('moves the writes of shop-cache after two yeses, with logins that may no more than they must', async () => {
    expect(await primaryName()).toBe('shop-cache-1');
    await command('/db switchover shop-cache');
    const plan = await said(/plan for switchover waits for 2 approvals/);
    const words = blockText(plan.blocks);
    expect(words).toMatch(/4\. Order one Sentinel to promote shop-cache-2 .*: from here on there is no way back/);
    expect(words).toMatch(/No acknowledged write: if shop-cache-2 does not have them all within 1 second/);
    expect(words).toMatch(/Guard against two primaries \(!\): shop-cache-1 takes writes without any replica/);
    await approve(plan, 'ada');
    expect(await primaryName()).toBe('shop-cache-1');
    await approve(plan, 'ben');
    await laptop.aws.idle();
    expect(textAt(plan.ts)).toMatch(
      /shop-cache-2 takes the writes now, shop-cache-1 follows it; writes stood still for .*Lost: no acknowledged write\./s,
    );
    expect(await primaryName()).toBe('shop-cache-2');
    await untilPromotable();
    await command('/db health shop-cache');
    await laptop.aws.idle();
    await said(/shop-cache healthy/);
  });

  it('goes back by the word of one approver who breaks the glass, and calls the others', async () => {
    await untilPromotable();
    await command('/db switchover shop-cache');
    const plan = await said(/plan for switchover waits for 2 approvals/);
    const run = /switchover-[0-9a-f]{8}/.exec(blockText(plan.blocks))?.[0];
    const words = `/db breakglass ${run} nobody else answers the phone`;
    const refused = await laptop.slack.command('omar', 'database-alerts', words);
    expect(blockText(refused.ack.blocks ?? [])).toMatch(/needs the role approver/);
    const { ack } = await laptop.slack.command('ada', 'database-alerts', words);
    expect(blockText(ack.blocks ?? [])).toMatch(/goes on by your word alone; all approvers are being told/);
    await laptop.aws.idle();
    const called = await said(/goes on by the word of .* alone: nobody else answers the phone/);
    expect(JSON.stringify(called.blocks)).toContain('<!subteam^S0DATABASE>');
    expect(called.ts > plan.ts).toBe(true);
    expect(textAt(plan.ts)).toMatch(/shop-cache-1 takes the writes now/);
    const told = await laptop.slack.command('ada', 'database-alerts', `/db run ${run}`);
    expect(blockText(told.ack.blocks ?? [])).toMatch(/broke-glass.*ada.*nobody else answers the phone/s);
  });

  it('is refused with the reason where a named server is no candidate', async () => {
    await command('/db switchover shop-cache shop-cache-1');
    await said(/shop-cache-1 takes the writes already\./);
    await laptop.aws.idle();
  });
});
