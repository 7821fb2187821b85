import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { operation } from './catalogue.ts';
import { commandBody, signedEvent } from './signed-request.ts';
import { held, said, startTestDoor, type TestDoor } from './test-door.ts';

let there: TestDoor;
beforeEach(async () => {
  there = await startTestDoor();
});
afterEach(() => there.slack.close());

describe('a command', () => {
  test('is answered in the acknowledgement, for the person alone', async () => {
    const answer = await there.door()(signedEvent(commandBody({ text: 'health shop-db' })));
    expect(answer.statusCode).toBe(200);
    expect(said(answer)).toMatchObject({ response_type: 'ephemeral', text: 'heard health shop-db 1' });
    expect(there.asked).toMatchObject([
      { user: 'U0OMAR', channel: 'C0DBALERTS', text: 'health shop-db', claimKey: 'command:trigger-1' },
    ]);
    expect(there.slack.calls).toEqual([]);
  });

  test.each([
    ['in base64 with UTF-8 inside', { base64: true }],
    ['with a charset', { contentType: 'application/x-www-form-urlencoded; charset=UTF-8' }],
  ])('%s reaches Bolt whole', async (_, parts) => {
    const answer = await there.door()(signedEvent(commandBody({ text: 'größe ✓' }), parts));
    expect(said(answer).text).toBe('heard größe ✓ 1');
  });

  test('with something missing opens a form in time', async () => {
    const openForm = { operation: operation('end'), values: { pid: '7' }, subjects: ['shop-db'] };
    const answer = await there.door({ onCommand: async () => ({ openForm }) })(signedEvent(commandBody()));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(there.slack.calls).toMatchObject([{ method: 'views.open', token: 'Bearer xoxb-test' }]);
    expect(there.slack.calls[0]?.body['trigger_id']).toBe('trigger-1');
  });

  test('spells the command out when Slack does not open the form', async () => {
    there.slack.answers.set('views.open', () => ({ body: { ok: false, error: 'expired_trigger_id' } }));
    const openForm = { operation: operation('end'), values: {}, subjects: [] };
    const answer = await there.door({ onCommand: async () => ({ openForm }) })(signedEvent(commandBody()));
    expect(said(answer).text).toContain('/db end &lt;target&gt; &lt;pid&gt; [reason]');
  });

  test('that takes long is answered in time, and the result follows through response_url', async () => {
    const work = held({ reply: 'the late result' });
    const door = there.door({ answerWithinMs: 5, onCommand: () => work.promise });
    const answer = await door(signedEvent(commandBody({ responseUrl: there.slack.responseUrl })));
    expect(said(answer).text).toContain('Still working on it');
    const next = there.slack.next('response_url');
    work.release();
    expect((await next).body).toMatchObject({
      text: 'the late result',
      response_type: 'ephemeral',
      replace_original: 'false',
    });
  });

  test('delivered twice by different requests is carried out once', async () => {
    const door = there.door();
    const first = await door(signedEvent(commandBody()));
    const second = await door(signedEvent(commandBody(), { ageSeconds: 1 }));
    expect([first.statusCode, second.statusCode, second.body]).toEqual([200, 200, '']);
    expect(there.asked).toHaveLength(1);
  });

  test('with another name is answered with ours', async () => {
    const answer = await there.door()(signedEvent(commandBody({ command: '/database' })));
    expect(said(answer).text).toContain('I answer to /db');
    expect(there.asked).toEqual([]);
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
    expect(await there.door()(event)).toMatchObject({ statusCode: 401, body: '' });
    expect(there.logged).toMatchObject([{ message: 'refused a request to the Slack function' }]);
    expect(JSON.stringify(there.logged)).not.toContain('4711');
    expect(there.asked).toEqual([]);
  });

  test('a replay of the very same request', async () => {
    const door = there.door();
    const event = signedEvent(canary);
    expect((await door(event)).statusCode).toBe(200);
    expect(await door(event)).toMatchObject({ statusCode: 401, body: '' });
    expect(there.asked).toHaveLength(1);
    expect(JSON.stringify(there.logged)).not.toContain('4711');
  });
});

test('answers the certificate probe without running anything', async () => {
  const event = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `ssl_check=1&${commandBody()}`,
  };
  expect(await there.door()(event)).toMatchObject({ statusCode: 200, body: '' });
  expect(there.asked).toEqual([]);
});

test('answers the challenge of the Events API', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });
  const answer = await there.door()(signedEvent(body, { contentType: 'application/json; charset=utf-8' }));
  expect(JSON.parse(answer.body)).toEqual({ challenge: 'c-1' });
});
