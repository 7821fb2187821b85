import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { encodeButtonValue } from '../../src/slack/button-value.ts';
import type { DoorOptions } from '../../src/slack/door.ts';
import { clickBody, commandBody, payloadBody, signedEvent } from './signed-request.ts';
import { said, startTestDoor, type TestDoor } from './test-door.ts';

let there: TestDoor;
beforeEach(async () => {
  there = await startTestDoor();
});
afterEach(() => there.slack.close());

describe('what goes wrong inside becomes words with an error id', () => {
  const bang = new Error('canary-canary broke');
  test.each<[string, Partial<DoorOptions>]>([
    ['the app throws', { onCommand: async () => Promise.reject(bang) }],
    [
      'the claim store is down',
      {
        claim: async () => Promise.reject(bang),
        onCommand: async (_request: unknown, first: () => Promise<boolean>) => ({ reply: String(await first()) }),
      },
    ],
    ['the bot token cannot be had', { authorize: async () => Promise.reject(bang) }],
    ['the signing secrets cannot be had', { signingSecrets: async () => Promise.reject(bang) }],
  ])('%s', async (_, options) => {
    const answer = await there.door(options)(signedEvent(commandBody()));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('canary');
    const id = /Error id: ([0-9a-f]{8})/.exec(said(answer).text)?.[1];
    expect(there.logged).toContainEqual(expect.objectContaining({ errorId: id }));
  });

  test('a fault with a name shows its sentence', async () => {
    const onCommand = async () => Promise.reject(new Fault('invalid_request', 'nightshift.yaml has no channel.'));
    expect(said(await there.door({ onCommand })(signedEvent(commandBody()))).text).toContain(
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
    const answer = await there.door()(signedEvent(body));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(JSON.stringify(there.logged)).not.toContain('canary-canary');
  });

  test.each(['{"canary-canary', 'payload=%7Bcanary-canary'])(
    'garbage that Slack signed is not repeated: %s',
    async (body) => {
      const answer = await there.door()(signedEvent(body));
      expect(said(answer).text).toContain('could not be read');
      expect(JSON.stringify([answer, there.logged])).not.toContain('canary-canary');
    },
  );

  test('a click answers through its response_url', async () => {
    const onButton = async () => Promise.reject(bang);
    const value = encodeButtonValue({ o: 'end', t: 'shop-db', a: ['7'] }) ?? '';
    const body = clickBody({ value, responseUrl: there.slack.responseUrl });
    expect((await there.door({ onButton })(signedEvent(body))).statusCode).toBe(200);
    expect(there.slack.calls[0]?.body['text']).toContain('Error id');
  });

  test('a click answers through its response_url even when no token can be had', async () => {
    const body = clickBody({ value: '{}', responseUrl: there.slack.responseUrl });
    const authorize = async () => Promise.reject(bang);
    expect((await there.door({ authorize })(signedEvent(body))).statusCode).toBe(200);
    expect(there.slack.calls[0]?.body['text']).toContain('Error id');
  });
});
