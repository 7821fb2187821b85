import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { createSlackDoor, type DoorOptions } from '../../src/slack/door.ts';
import { encodeButtonValue } from '../../src/slack/button-value.ts';
import { operation } from './catalogue.ts';
import { clickBody, commandBody, formBody, nowMs, payloadBody, secret, signedEvent } from './signed-request.ts';
import { startSlackStub, type SlackStub } from './slack-stub.ts';

let slack: SlackStub;
let logged: object[];
let asked: object[];

beforeEach(async () => {
  slack = await startSlackStub();
  logged = [];
  asked = [];
});
afterEach(() => slack.close());

function doorWith(options: Partial<DoorOptions> = {}) {
  const claimed = new Set<string>();
  return createSlackDoor({
    signingSecrets: [secret],
    authorize: async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U0BOT', teamId: 'T0NIGHT' }),
    apiUrl: slack.apiUrl,
    claim: async (key) => !claimed.has(key) && claimed.add(key).has(key),
    now: () => nowMs,
    log: (line) => logged.push(line),
    onCommand: async (request) => ({ reply: `heard ${request.text} ${asked.push(request)}` }),
    onButton: async (request) => ({ reply: `clicked ${asked.push(request)}` }),
    onForm: async (request) => ({ reply: `filled in ${asked.push(request)}` }),
    ...options,
  });
}

function said(answer: { body: string }): { text: string; response_type: string } {
  return JSON.parse(answer.body) as { text: string; response_type: string };
}

/** Work that ends when the test says so. */
function held<T>(value: T) {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, release: () => resolve(value) };
}

describe('a command', () => {
  test('is answered in the acknowledgement, for the person alone', async () => {
    const answer = await doorWith()(signedEvent(commandBody({ text: 'health shop-db' })));
    expect(answer.statusCode).toBe(200);
    expect(said(answer)).toMatchObject({ response_type: 'ephemeral', text: 'heard health shop-db 1' });
    expect(asked).toMatchObject([
      { user: 'U0OMAR', channel: 'C0DBALERTS', text: 'health shop-db', claimKey: 'command:trigger-1' },
    ]);
    expect(slack.calls).toEqual([]);
  });

  test.each([
    ['in base64 with UTF-8 inside', { base64: true }],
    ['with a charset', { contentType: 'application/x-www-form-urlencoded; charset=UTF-8' }],
  ])('%s reaches Bolt whole', async (_, parts) => {
    const answer = await doorWith()(signedEvent(commandBody({ text: 'größe ✓' }), parts));
    expect(said(answer).text).toBe('heard größe ✓ 1');
  });

  test('with something missing opens a form in time', async () => {
    const openForm = { operation: operation('end'), values: { pid: '7' }, subjects: ['shop-db'] };
    const answer = await doorWith({ onCommand: async () => ({ openForm }) })(signedEvent(commandBody()));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(slack.calls).toMatchObject([{ method: 'views.open', token: 'Bearer xoxb-test' }]);
    expect(slack.calls[0]?.body['trigger_id']).toBe('trigger-1');
  });

  test('spells the command out when Slack does not open the form', async () => {
    slack.answers.set('views.open', () => ({ body: { ok: false, error: 'expired_trigger_id' } }));
    const openForm = { operation: operation('end'), values: {}, subjects: [] };
    const answer = await doorWith({ onCommand: async () => ({ openForm }) })(signedEvent(commandBody()));
    expect(said(answer).text).toContain('/db end &lt;target&gt; &lt;pid&gt; [reason]');
  });

  test('that takes long is answered in time, and the result follows through response_url', async () => {
    const work = held({ reply: 'the late result' });
    const door = doorWith({ answerWithinMs: 5, onCommand: () => work.promise });
    const answer = await door(signedEvent(commandBody({ responseUrl: slack.responseUrl })));
    expect(said(answer).text).toContain('Still working on it');
    const next = slack.next('response_url');
    work.release();
    expect((await next).body).toMatchObject({
      text: 'the late result',
      response_type: 'ephemeral',
      replace_original: 'false',
    });
  });

  test('delivered twice by different requests is carried out once', async () => {
    const door = doorWith();
    const first = await door(signedEvent(commandBody()));
    const second = await door(signedEvent(commandBody(), { ageSeconds: 1 }));
    expect([first.statusCode, second.statusCode, second.body]).toEqual([200, 200, '']);
    expect(asked).toHaveLength(1);
  });

  test('with another name is answered with ours', async () => {
    const answer = await doorWith()(signedEvent(commandBody({ command: '/database' })));
    expect(said(answer).text).toContain('I answer to /db');
    expect(asked).toEqual([]);
  });
});

describe('what goes wrong inside becomes words with an error id', () => {
  const bang = new Error('canary-4711 broke');
  test.each<[string, Partial<DoorOptions>]>([
    ['the app throws', { onCommand: async () => Promise.reject(bang) }],
    ['the claim store is down', { claim: async () => Promise.reject(bang) }],
    ['the bot token cannot be had', { authorize: async () => Promise.reject(bang) }],
    ['the signing secrets cannot be had', { signingSecrets: async () => Promise.reject(bang) }],
  ])('%s', async (_, options) => {
    const answer = await doorWith(options)(signedEvent(commandBody()));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('canary');
    const id = /Error id: ([0-9a-f]{8})/.exec(said(answer).text)?.[1];
    expect(logged).toContainEqual(expect.objectContaining({ errorId: id }));
  });

  test('a fault with a name shows its sentence', async () => {
    const onCommand = async () => Promise.reject(new Fault('invalid_request', 'nightshift.yaml has no channel.'));
    expect(said(await doorWith({ onCommand })(signedEvent(commandBody()))).text).toContain(
      'nightshift.yaml has no channel.',
    );
  });

  test.each([
    ['an unknown kind of interaction', payloadBody({ type: 'canary', user: { id: 'U1' } })],
    [
      'a shortcut',
      payloadBody({ type: 'shortcut', callback_id: 'x', trigger_id: 't', user: { id: 'U1' }, team: { id: 'T' } }),
    ],
    ['an empty form', ''],
  ])('%s gets 200 and no body back', async (_, body) => {
    const answer = await doorWith()(signedEvent(body));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(JSON.stringify(logged)).not.toContain('4711');
  });

  test.each(['{"canary-4711', 'payload=%7Bcanary-4711'])(
    'garbage that Slack signed is not repeated: %s',
    async (body) => {
      const answer = await doorWith()(signedEvent(body));
      expect(said(answer).text).toContain('could not be read');
      expect(JSON.stringify([answer, logged])).not.toContain('4711');
    },
  );

  test('a click answers through its response_url', async () => {
    const onButton = async () => Promise.reject(bang);
    const value = encodeButtonValue({ o: 'end', t: 'shop-db', a: ['7'] }) ?? '';
    const body = clickBody({ value, responseUrl: slack.responseUrl });
    expect((await doorWith({ onButton })(signedEvent(body))).statusCode).toBe(200);
    expect(slack.calls[0]?.body['text']).toContain('Error id');
  });

  test('a click answers through its response_url even when no token can be had', async () => {
    const body = clickBody({ value: '{}', responseUrl: slack.responseUrl });
    const authorize = async () => Promise.reject(bang);
    expect((await doorWith({ authorize })(signedEvent(body))).statusCode).toBe(200);
    expect(slack.calls[0]?.body['text']).toContain('Error id');
  });
});

describe('refuses with 401, logged without the body', () => {
  const canary = commandBody({ text: 'canary-4711' });
  test.each<[string, unknown]>([
    ['unsigned', { headers: { 'content-type': 'application/json' }, body: '{"canary-4711' }],
    ['without headers', { body: canary }],
    ['wrongly signed', signedEvent(canary, { secret: 'guess' })],
    ['too old', signedEvent(canary, { ageSeconds: 301 })],
    ['from the future', signedEvent(canary, { ageSeconds: -86_400 })],
  ])('%s', async (_, event) => {
    expect(await doorWith()(event)).toMatchObject({ statusCode: 401, body: '' });
    expect(logged).toMatchObject([{ message: 'refused a request to the Slack function' }]);
    expect(JSON.stringify(logged)).not.toContain('4711');
    expect(asked).toEqual([]);
  });

  test('a replay of the very same request', async () => {
    const door = doorWith();
    const event = signedEvent(canary);
    expect((await door(event)).statusCode).toBe(200);
    expect(await door(event)).toMatchObject({ statusCode: 401, body: '' });
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain('4711');
  });
});

test('answers the certificate probe without running anything', async () => {
  const event = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `ssl_check=1&${commandBody()}`,
  };
  expect(await doorWith()(event)).toMatchObject({ statusCode: 200, body: '' });
  expect(asked).toEqual([]);
});

test('answers the challenge of the Events API', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });
  const answer = await doorWith()(signedEvent(body, { contentType: 'application/json; charset=utf-8' }));
  expect(JSON.parse(answer.body)).toEqual({ challenge: 'c-1' });
});

describe('a click', () => {
  const value = encodeButtonValue({ k: 'approve', r: 'end-1', h: 'abc' }) ?? '';

  test('hands its decoded value over and answers through response_url', async () => {
    const answer = await doorWith()(signedEvent(clickBody({ value, responseUrl: slack.responseUrl })));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(asked).toMatchObject([
      {
        value: { k: 'approve', r: 'end-1', h: 'abc' },
        messageTs: '1790000000.000001',
        claimKey: 'button:1790000000.000100:do:end#0:1790000000.000001',
      },
    ]);
    expect(slack.calls).toMatchObject([
      { method: 'response_url', body: { text: 'clicked 1', response_type: 'ephemeral' } },
    ]);
  });

  test('on a button of another version is told so', async () => {
    await doorWith()(signedEvent(clickBody({ value: 'old', responseUrl: slack.responseUrl })));
    expect(slack.calls[0]?.body['text']).toContain('I do not know this button');
    expect(asked).toEqual([]);
  });

  test('twice is two acts, but one act delivered twice is one', async () => {
    const door = doorWith();
    const click = (actionTs: string) => clickBody({ value, actionTs, responseUrl: slack.responseUrl });
    await door(signedEvent(click('1.1')));
    await door(signedEvent(click('1.1'), { ageSeconds: 2 }));
    await door(signedEvent(click('2.2')));
    expect(asked).toHaveLength(2);
  });

  test('is answered in the channel when its response_url is used up', async () => {
    slack.answers.set('response_url', () => ({ status: 404 }));
    await doorWith()(signedEvent(clickBody({ value, responseUrl: slack.responseUrl })));
    expect(slack.calls.map(({ method }) => method)).toEqual(['response_url', 'chat.postEphemeral']);
    expect(slack.calls[1]?.body).toMatchObject({ channel: 'C0DBALERTS', user: 'U0OMAR', text: 'clicked 1' });
  });

  test('that takes long says so first', async () => {
    const work = held({ reply: 'done' });
    const door = doorWith({ answerWithinMs: 5, onButton: () => work.promise });
    expect((await door(signedEvent(clickBody({ value, responseUrl: slack.responseUrl })))).statusCode).toBe(200);
    expect(slack.calls[0]?.body['text']).toContain('Still working on it');
    const next = slack.next('response_url');
    work.release();
    expect((await next).body['text']).toBe('done');
  });
});

describe('a form', () => {
  const metadata = () =>
    JSON.stringify({ operation: 'end', required: ['pid'], channel: 'C0DBALERTS', responseUrl: slack.responseUrl });

  test('is read, answered where it was asked for, and closed', async () => {
    const body = formBody({
      metadata: metadata(),
      values: { subject: 'shop-db', 'field:pid': ' 7 ', 'field:reason': '' },
    });
    expect(await doorWith()(signedEvent(body))).toMatchObject({ statusCode: 200, body: '' });
    expect(asked).toMatchObject([{ user: 'U0OMAR', operation: 'end', subject: 'shop-db', args: { pid: '7' } }]);
    expect(asked[0]).not.toHaveProperty('args.reason');
    expect(slack.calls).toMatchObject([{ method: 'response_url', body: { text: 'filled in 1' } }]);
  });

  test('stays open with the fault at its field, and may be sent again', async () => {
    const door = doorWith();
    const wrong = await door(
      signedEvent(formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': ' ' } })),
    );
    expect(JSON.parse(wrong.body)).toEqual({
      response_action: 'errors',
      errors: { 'field:pid': 'This one is needed.' },
    });
    await door(signedEvent(formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': '7' } })));
    expect(asked).toHaveLength(1);
  });

  test('shows what the app refuses at the field', async () => {
    const onForm = async () => ({ errors: { pid: 'Not a number.', subject: 'Gone.' } });
    const body = formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': 'x' } });
    const answer = await doorWith({ onForm })(signedEvent(body));
    expect(JSON.parse(answer.body)).toMatchObject({ errors: { 'field:pid': 'Not a number.', subject: 'Gone.' } });
  });

  test.each([
    ['of somebody else', { callbackId: 'foreign', metadata: '{}' }],
    ['with unreadable metadata', { metadata: 'not json' }],
  ])('%s says so inside the form', async (_, fields) => {
    const answer = await doorWith()(signedEvent(formBody({ values: {}, ...fields })));
    expect(JSON.parse(answer.body)).toMatchObject({ response_action: 'update', view: { type: 'modal' } });
  });

  test('whose work breaks says so inside the form', async () => {
    const onForm = async () => Promise.reject(new Error('canary-4711'));
    const body = formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': '7' } });
    const answer = await doorWith({ onForm })(signedEvent(body));
    expect(answer.body).toContain('Error id');
    expect(answer.body).not.toContain('canary');
  });
});

test('publishes the Home tab once for one event', async () => {
  const door = doorWith({ onHome: async () => ({ type: 'home', blocks: [] }) });
  const event = { type: 'app_home_opened', user: 'U0VERA', tab: 'home', channel: 'D1', event_ts: '1' };
  const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', team_id: 'T0NIGHT', event });
  for (const ageSeconds of [0, 60]) {
    expect((await door(signedEvent(body, { contentType: 'application/json', ageSeconds }))).statusCode).toBe(200);
  }
  expect(slack.calls).toMatchObject([{ method: 'views.publish', body: { user_id: 'U0VERA' } }]);
});
