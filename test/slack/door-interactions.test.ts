import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeButtonValue } from '../../src/slack/button-value.ts';
import { clickBody, formBody, signedEvent } from './signed-request.ts';
import { held, startTestDoor, type TestDoor } from './test-door.ts';

let there: TestDoor;
beforeEach(async () => {
  there = await startTestDoor();
});
afterEach(() => there.slack.close());

describe('a click', () => {
  const value = encodeButtonValue({ k: 'approve', r: 'end-1', h: 'abc' }) ?? '';

  test('hands its decoded value over and answers through response_url', async () => {
    const answer = await there.door()(signedEvent(clickBody({ value, responseUrl: there.slack.responseUrl })));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(there.asked).toMatchObject([
      {
        value: { k: 'approve', r: 'end-1', h: 'abc' },
        messageTs: '1790000000.000001',
        claimKey: 'button:1790000000.000100:do:end#0:1790000000.000001',
      },
    ]);
    expect(there.slack.calls).toMatchObject([
      { method: 'response_url', body: { text: 'clicked 1', response_type: 'ephemeral' } },
    ]);
  });

  test('on a button of another version is told so', async () => {
    await there.door()(signedEvent(clickBody({ value: 'old', responseUrl: there.slack.responseUrl })));
    expect(there.slack.calls[0]?.body['text']).toContain('I do not know this button');
    expect(there.asked).toEqual([]);
  });

  test('twice is two acts, but one act delivered twice is one', async () => {
    const door = there.door();
    const click = (actionTs: string) => clickBody({ value, actionTs, responseUrl: there.slack.responseUrl });
    await door(signedEvent(click('1.1')));
    await door(signedEvent(click('1.1'), { ageSeconds: 2 }));
    await door(signedEvent(click('2.2')));
    expect(there.asked).toHaveLength(2);
  });

  test('is answered in the channel when its response_url is used up', async () => {
    there.slack.answers.set('response_url', () => ({ status: 404 }));
    await there.door()(signedEvent(clickBody({ value, responseUrl: there.slack.responseUrl })));
    expect(there.slack.calls.map(({ method }) => method)).toEqual(['response_url', 'chat.postEphemeral']);
    expect(there.slack.calls[1]?.body).toMatchObject({ channel: 'C0DBALERTS', user: 'U0OMAR', text: 'clicked 1' });
  });

  test('that takes long says so first', async () => {
    const work = held({ reply: 'done' });
    const door = there.door({ answerWithinMs: 5, onButton: () => work.promise });
    expect((await door(signedEvent(clickBody({ value, responseUrl: there.slack.responseUrl })))).statusCode).toBe(200);
    expect(there.slack.calls[0]?.body['text']).toContain('Still working on it');
    const next = there.slack.next('response_url');
    work.release();
    expect((await next).body['text']).toBe('done');
  });
});

describe('a form', () => {
  const metadata = () =>
    JSON.stringify({
      operation: 'end',
      required: ['pid'],
      channel: 'C0DBALERTS',
      responseUrl: there.slack.responseUrl,
    });

  test('is read, answered where it was asked for, and closed', async () => {
    const body = formBody({
      metadata: metadata(),
      values: { subject: 'shop-db', 'field:pid': ' 7 ', 'field:reason': '' },
    });
    expect(await there.door()(signedEvent(body))).toMatchObject({ statusCode: 200, body: '' });
    expect(there.asked).toMatchObject([{ user: 'U0OMAR', operation: 'end', subject: 'shop-db', args: { pid: '7' } }]);
    expect(there.asked[0]).not.toHaveProperty('args.reason');
    expect(there.slack.calls).toMatchObject([{ method: 'response_url', body: { text: 'filled in 1' } }]);
  });

  test('stays open with the fault at its field, and may be sent again', async () => {
    const door = there.door();
    const wrong = await door(
      signedEvent(formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': ' ' } })),
    );
    expect(JSON.parse(wrong.body)).toEqual({
      response_action: 'errors',
      errors: { 'field:pid': 'This one is needed.' },
    });
    await door(signedEvent(formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': '7' } })));
    expect(there.asked).toHaveLength(1);
  });

  test('shows what the app refuses at the field', async () => {
    const onForm = async () => ({ errors: { pid: 'Not a number.', subject: 'Gone.' } });
    const body = formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': 'x' } });
    const answer = await there.door({ onForm })(signedEvent(body));
    expect(JSON.parse(answer.body)).toMatchObject({ errors: { 'field:pid': 'Not a number.', subject: 'Gone.' } });
  });

  test.each([
    ['of somebody else', { callbackId: 'foreign', metadata: '{}' }],
    ['with unreadable metadata', { metadata: 'not json' }],
  ])('%s says so inside the form', async (_, fields) => {
    const answer = await there.door()(signedEvent(formBody({ values: {}, ...fields })));
    expect(JSON.parse(answer.body)).toMatchObject({ response_action: 'update', view: { type: 'modal' } });
  });

  test('whose work breaks says so inside the form', async () => {
    const onForm = async () => Promise.reject(new Error('canary-4711'));
    const body = formBody({ metadata: metadata(), values: { subject: 'shop-db', 'field:pid': '7' } });
    const answer = await there.door({ onForm })(signedEvent(body));
    expect(answer.body).toContain('Error id');
    expect(answer.body).not.toContain('canary');
  });
});

test('publishes the Home tab once for one event', async () => {
  const door = there.door({ onHome: async () => ({ type: 'home', blocks: [] }) });
  const event = { type: 'app_home_opened', user: 'U0VERA', tab: 'home', channel: 'D1', event_ts: '1' };
  const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', team_id: 'T0NIGHT', event });
  for (const ageSeconds of [0, 60]) {
    expect((await door(signedEvent(body, { contentType: 'application/json', ageSeconds }))).statusCode).toBe(200);
  }
  expect(there.slack.calls).toMatchObject([{ method: 'views.publish', body: { user_id: 'U0VERA' } }]);
});
