import { afterEach, describe, expect, it } from 'vitest';
import { openHttpDoor, type HttpDoor, type HttpDoorOptions } from '../../../src/app/serve/http-door.ts';

const token = 'a token of twenty-four characters'.replaceAll(' ', '-');
const alarm = JSON.stringify({ source: 'aws.cloudwatch' });
let door: HttpDoor;
let handled: string[];
afterEach(() => door.close());

async function open(options: Partial<HttpDoorOptions> = {}): Promise<void> {
  handled = [];
  door = await openHttpDoor({
    listen: { host: '127.0.0.1', port: 0 },
    alarmToken: token,
    handleAlarm: async (event) => (handled.push(event), '{"results":[]}'),
    problem: () => undefined,
    ...options,
  });
}

async function send(authorization: string | undefined, body: string = alarm): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  return (await fetch(`${door.address}/alarm`, { method: 'POST', headers, body })).status;
}

describe('POST /alarm', () => {
  it('hands the event on and answers what became of it', async () => {
    await open();
    expect(await send(`Bearer ${token}`)).toBe(200);
    expect(handled).toEqual([alarm]);
  });

  it('takes nothing without the token', async () => {
    await open();
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
    ];
    for (const header of [...wrong, token]) expect(await send(header), header).toBe(401);
    expect(handled).toEqual([]);
  });

  it('takes nothing at all where no token is set', async () => {
    await open({ alarmToken: undefined });
    for (const header of [undefined, 'Bearer ', 'Bearer undefined']) expect(await send(header)).toBe(403);
    expect(handled).toEqual([]);
  });

  it('says what is wrong with a body that is no event', async () => {
    await open();
    for (const body of ['', 'x', '[]', 'null', '"text"']) expect(await send(`Bearer ${token}`, body), body).toBe(400);
    expect(await send(`Bearer ${token}`, JSON.stringify({ long: 'x'.repeat(300_000) }))).toBe(413);
    expect(handled).toEqual([]);
  });

  it('asks for the event again when it was not handled, and keeps the reason to itself', async () => {
    await open({
      handleAlarm: async () => {
        throw new Error('canary');
      },
    });
    const answer = await fetch(`${door.address}/alarm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: alarm,
    });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('canary');
  });
});

describe('GET /healthz', () => {
  it('needs no token and says whether Slack can be heard', async () => {
    let problem: string | undefined;
    await open({ problem: () => problem });
    expect((await fetch(`${door.address}/healthz`)).status).toBe(200);
    problem = 'no connection to Slack';
    const answer = await fetch(`${door.address}/healthz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'no connection to Slack' });
  });
});

it('there is nothing else to ask for', async () => {
  await open();
  expect((await fetch(`${door.address}/`)).status).toBe(404);
  expect((await fetch(`${door.address}/run`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${door.address}/alarm`)).status).toBe(405);
  expect((await fetch(`${door.address}/healthz`, { method: 'POST' })).status).toBe(405);
});
