import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let database: TestPostgres;
let house: House;
beforeAll(async () => {
  database = await startTestPostgres();
  // The primary is there, its replica is not: a finding that stays.
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  house = await startHouse({
    environment: { ...nowhere, ...database.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await database.stop();
});

const ask = async (user: string, text: string) => (await house.slack.command(user, 'database-alerts', text)).ack;

async function posted(user: string, text: string) {
  const ack = await ask(user, text);
  await house.settled();
  const runId = house.runIn(ack.text);
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return { runId, message, text: blockText(message?.blocks ?? []) };
}

/** The action id of the button that carries these words. */
const buttonWith = (blocks: readonly Json[], words: string): string =>
  (blocks as readonly { elements?: readonly { action_id?: string; value?: string }[] }[])
    .flatMap(({ elements = [] }) => elements)
    .find(({ value }) => value?.includes(words))?.action_id ?? '';

const silent = /NEW warning · shop-db-2 \(replica\) does not answer/;

describe('muting a finding, from its button to the record', () => {
  it('asks for the time and the reason in a form that knows the finding, and says it in the channel', async () => {
    const report = await posted('omar', '/db health shop-db');
    expect(report.text).toMatch(silent);
    const actionId = buttonWith(report.message?.blocks ?? [], 'postgres.reachable:shop-db-2');
    await house.slack.click({ user: 'omar', messageTs: report.message?.ts ?? '', actionId });
    const view = await house.slack.waitForView('U0OMAR');
    expect(JSON.stringify(view)).toMatch(/"initial_value":"postgres\.reachable:shop-db-2".*"initial_value":"4h"/s);
    await house.slack.submit({
      user: 'omar',
      viewId: view.id,
      values: {
        subject: 'shop-db',
        'field:what': 'postgres.reachable:shop-db-2',
        'field:for': '4h',
        'field:reason': 'moves house <!channel>',
      },
    });
    await house.settled();
    const said = house.posted().at(-1)?.text;
    expect(said).toMatch(/postgres\.reachable:shop-db-2 is muted until .* UTC by omar: moves house &lt;!channel&gt;/);
  });

  it('keeps it out of the headline and counts it beside the coverage, for everybody', async () => {
    const { text } = await posted('vera', '/db health shop-db');
    expect(text).not.toMatch(silent);
    expect(text).toMatch(/checks answered.*1 muted until .* UTC by omar: moves house/);
  });

  it('is listed, with who, why and until when', async () => {
    const { blocks } = await ask('vera', '/db mutes shop-db');
    expect(blockText(blocks ?? [])).toMatch(/1 mute in force/);
    expect(JSON.stringify(blocks)).toMatch(/postgres\.reachable:shop-db-2.*omar.*moves house/);
  });

  it('is on record with what was asked for', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const entries = (await house.state.audit.day(today)).filter(({ operation }) => operation === 'mute');
    expect(entries.map(({ what, who }) => `${who} ${what}`)).toEqual(['U0OMAR requested', 'U0OMAR finished']);
    expect(entries[0]?.detail).toMatchObject({ args: { for: '4h', reason: 'moves house <!channel>' } });
  });

  it('is refused to somebody who may only look, who is told who can', async () => {
    expect((await ask('vera', '/db mute shop-db postgres.locks 4h I want peace')).text).toMatch(
      /needs the role operator\. Who can: omar/,
    );
    expect((await ask('vera', '/db unmute shop-db postgres.reachable:shop-db-2')).text).toMatch(
      /needs the role operator/,
    );
  });

  it('ends when somebody unmutes it, and then is told again', async () => {
    expect((await posted('omar', '/db unmute shop-db postgres.reachable:shop-db-2')).text).toMatch(/is heard again/);
    expect((await posted('vera', '/db health shop-db')).text).toMatch(silent);
    expect((await posted('omar', '/db unmute shop-db postgres.reachable:shop-db-2')).text).toMatch(
      /refused: nothing on shop-db is muted/,
    );
  });

  it('takes a sentence without quotes, and a time that is none is said at once', async () => {
    expect((await posted('omar', '/db mute shop-db locks 30m known batch of the month')).text).toMatch(
      /postgres\.locks is muted until .* by omar: known batch of the month/,
    );
    expect((await ask('omar', '/db mute shop-db locks forever because')).text).toMatch(/at most 90 days/);
  });
});
