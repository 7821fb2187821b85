import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nowhere, startHouse, type House } from '../house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ environment: nowhere, messagePace: { burst: 100, perSecond: 100 } });
  house.slack.faults.set({ outage: true });
});
afterAll(() => house.stop());

const ask = async (user: string, text: string) => (await house.slack.command(user, 'database-alerts', text)).ack.text;
const unknown = 'Slack could not be asked who is in database-people, so groups give no role now\\.';

describe('while Slack cannot be asked who is in a group, and nobody knows', () => {
  it('a person without a role by name has none, and is told why and who can', async () => {
    const words = new RegExp(`You have no role here.* ${unknown} Who can: ada or anyone in database-people`);
    for (const text of ['/db', '/db help', '/db health shop-db']) expect(await ask('eve', text)).toMatch(words);
  });

  it('a role that only the group gives is refused with the reason', async () => {
    const words = new RegExp(
      `You are viewer in laptop; this needs the role operator\\. ${unknown} Who can: omar, ada or`,
    );
    expect(await ask('ben', '/db end shop-db 4711')).toMatch(words);
    expect(house.runs()).toHaveLength(0);
  });

  it('a role by name is kept', async () => {
    expect(await ask('ben', '/db')).toMatch(/2 targets: 2 unknown/);
    expect(await ask('omar', '/db health shop-cache')).toMatch(/On it: health shop-cache/);
    house.slack.faults.set({ outage: false });
    await house.settled();
  });
});
