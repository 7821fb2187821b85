import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nowhere, startHouse, type House } from '../house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ environment: nowhere, messagePace: { burst: 100, perSecond: 100 } });
});
afterAll(() => house.stop());

const runs = () => house.runs();
const ask = async (user: string, text: string) => (await house.slack.command(user, 'database-alerts', text)).ack;

describe('a person at the front door', () => {
  it('without a role learns who can, and nothing about the fleet', async () => {
    for (const text of ['/db', '/db health shop-db', '/db help']) {
      const ack = await ask('eve', text);
      expect(ack.text).toMatch(/You have no role here.*Who can: ada or anyone in database-people/);
      expect(ack.text).not.toMatch(/shop-cache/);
    }
    expect(runs()).toHaveLength(0);
  });

  it('who may only look is told which role ending a session needs, and who has it', async () => {
    const ack = await ask('vera', '/db end shop-db 4711');
    expect(ack.text).toMatch(
      /You are viewer in laptop; this needs the role operator\. Who can: omar, ada or anyone in database-people/,
    );
    expect(runs()).toHaveLength(0);
  });

  it('who mistypes a verb or a target is asked what was meant', async () => {
    expect((await ask('vera', '/db helth shop-db')).text).toMatch(/Did you mean \/db health shop-db/);
    expect((await ask('vera', '/db health shop-bd')).text).toMatch(/Did you mean \/db health shop-db/);
    expect(runs()).toHaveLength(0);
  });

  it('sees the fleet at once, every target unknown until somebody looked', async () => {
    expect((await ask('vera', '/db')).text).toMatch(/2 targets: 2 unknown/);
  });

  it('who looks is answered at once and gets the report in the channel', async () => {
    expect((await ask('vera', '/db health shop-db')).text).toMatch(/On it: health shop-db, run health-[0-9a-f]{8}\./);
    await house.settled();
    expect(house.posted().at(-1)?.text).toMatch(/shop-db.*could not be looked at/);
  });

  it('who leaves out an argument gets a form, and the form starts the run', async () => {
    const before = runs().length;
    expect((await ask('omar', '/db end shop-db')).text).toBeUndefined();
    const view = await house.slack.waitForView('U0OMAR');
    await house.slack.submit({ user: 'omar', viewId: view.id, values: { subject: 'shop-db', 'field:pid': '4711' } });
    await house.settled();
    expect(runs()).toHaveLength(before + 1);
    expect(house.posted().at(-1)?.text).toMatch(/failed: no member of shop-db that takes writes answered/);
  });

  it('who opens the Home tab sees the fleet there', async () => {
    expect(await house.slack.openHome('vera')).not.toHaveProperty('error');
    const seen = async () => (await fetch(`${house.slack.url}/api/view?user=U0VERA`)).text();
    await expect.poll(seen).toMatch(/"home":.*shop-cache/);
  });

  it('who gives a pid that is none is told so, and nothing is run', async () => {
    const before = runs().length;
    expect((await ask('omar', '/db end shop-db soon')).text).toMatch(/pid/);
    expect(runs()).toHaveLength(before);
  });
});

describe('a report', () => {
  it('comes once, later, when Slack was away while the run worked', async () => {
    const before = house.posted().length;
    const { ack } = await house.slack.command('omar', 'database-alerts', '/db health shop-cache');
    house.slack.faults.set({ outage: true });
    const runId = house.runIn(ack.text);
    await waitUntilEnded(runId);
    house.slack.faults.set({ outage: false });
    await house.settled();
    expect(house.posted()).toHaveLength(before + 1);
    expect(house.posted().at(-1)?.text).toMatch(/shop-cache/);
  });

  it('comes once when the answers to its posts got lost', async () => {
    const before = house.posted().length;
    house.slack.faults.set({ loseAnswer: 2 });
    await ask('omar', '/db health shop-db');
    await house.settled();
    house.slack.faults.set({ loseAnswer: 0 });
    expect(house.posted()).toHaveLength(before + 1);
    expect(house.posted().at(-1)?.text).toMatch(/could not be looked at/);
  });
});

/** The record says ended before the message is delivered: delivery is what waits for Slack. */
async function waitUntilEnded(runId: string): Promise<void> {
  for (;;) {
    const run = await house.state.runs.get(runId);
    if (run?.status === 'done') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
