import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionUrlEvent } from '../../src/local/slack/door/function-url.ts';
import { nowhere, signingSecret, startHouse, type House } from '../house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ environment: nowhere, messagePace: { burst: 100, perSecond: 100 } });
});
afterAll(() => house.stop());

describe('a request to the front door', () => {
  const body = new URLSearchParams({
    command: '/db',
    text: 'health shop-db',
    user_id: 'U0OMAR',
    channel_id: 'C0DBALERTS',
    trigger_id: 'once.1',
    response_url: 'http://127.0.0.1:1/respond/1',
  }).toString();
  const request = { contentType: 'application/x-www-form-urlencoded', body } as const;
  const send = async (secret: string, atMs: number) => {
    const answer = await house.call('slack', functionUrlEvent(request, secret, atMs));
    return (answer as { statusCode: number }).statusCode;
  };

  it('that Slack did not sign is refused', async () => {
    expect(await send('another secret', Date.now())).toBe(401);
  });

  it('from the past or from the future is refused', async () => {
    expect(await send(signingSecret, Date.now() - 400_000)).toBe(401);
    expect(await send(signingSecret, Date.now() + 400_000)).toBe(401);
  });

  it('counts once: its replay is refused, its repetition starts nothing', async () => {
    const before = house.runs().length;
    const now = Date.now();
    expect(await send(signingSecret, now)).toBe(200);
    expect(await send(signingSecret, now)).toBe(401);
    expect(await send(signingSecret, now - 5_000)).toBe(200);
    await house.settled();
    expect(house.runs()).toHaveLength(before + 1);
  });
});
