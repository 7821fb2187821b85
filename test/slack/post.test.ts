import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPoster, type Poster } from '../../src/slack/post.ts';
import { respond } from '../../src/slack/respond.ts';
import { startSlackStub, type SlackStub, type StubAnswer, type StubCall } from './slack-stub.ts';

let slack: SlackStub;
let poster: Poster;
const message = { channel: 'C1', text: 'hello', blocks: [] };

beforeEach(async () => {
  slack = await startSlackStub();
  poster = createPoster({ token: 'xoxb-test', apiUrl: slack.apiUrl });
});
afterEach(() => slack.close());

function times(method: string): number {
  return slack.calls.filter((call) => call.method === method).length;
}
function firstCall(): StubCall {
  const [call] = slack.calls;
  if (!call) throw new Error('Slack was not called');
  return call;
}
function refusing(error: string, messages: string[] = []): StubAnswer {
  return { body: { ok: false, error, response_metadata: { messages } } };
}

describe('a post', () => {
  test('carries its slot in the metadata and links nothing by itself', async () => {
    expect(await poster.post({ ...message, slot: 'health-1', threadTs: '1.1' })).toEqual({ ok: '1790000001.000100' });
    const { body, token } = firstCall();
    expect(token).toBe('Bearer xoxb-test');
    expect(JSON.parse(body['metadata'] ?? '')).toEqual({
      event_type: 'nightshift_message',
      event_payload: { slot: 'health-1' },
    });
    expect(body).toMatchObject({ thread_ts: '1.1', unfurl_links: 'false', link_names: 'false' });
  });

  test.each<[string, StubAnswer, object]>([
    ['is to be tried later at a rate limit', { status: 429, headers: { 'retry-after': '7' } }, { retry: 7 }],
    ['is lost when the answer never comes', { hangUp: true }, { lost: expect.any(String) as string }],
    ['is lost when Slack breaks', { status: 503 }, { lost: 'HTTP 503' }],
    ['is lost when Slack does not know itself', refusing('fatal_error'), { lost: 'fatal_error' }],
    ['is to be drawn otherwise', refusing('invalid_blocks', ['/blocks/3']), { reformat: 'invalid_blocks /blocks/3' }],
    ['is to be drawn shorter', refusing('msg_blocks_too_long'), { reformat: 'msg_blocks_too_long' }],
    ['needs a person', refusing('not_in_channel'), { permanent: 'not_in_channel' }],
    ['needs a token', refusing('invalid_auth'), { permanent: 'invalid_auth' }],
    ['needs another address', { status: 404 }, { permanent: 'HTTP 404' }],
  ])('%s, and is sent exactly once', async (_, answer, wanted) => {
    slack.answers.set('chat.postMessage', () => answer);
    expect(await poster.post(message)).toMatchObject(wanted);
    expect(times('chat.postMessage')).toBe(1);
  });

  test('that never left is to be tried again, not looked for', async () => {
    await slack.close();
    expect(await poster.post(message)).toMatchObject({ retry: 5, reason: 'Slack cannot be reached: ECONNREFUSED' });
    slack = await startSlackStub();
  });
});

describe('an update', () => {
  test.each(['message_not_found', 'edit_window_closed', 'cant_update_message'])(
    'of a lost message: %s',
    async (error) => {
      slack.answers.set('chat.update', () => refusing(error));
      expect(await poster.update({ ...message, ts: '1.1' })).toEqual({ recreate: error });
    },
  );

  test('is repeated by itself when its answer is lost, because twice does no harm', async () => {
    slack.answers.set('chat.update', (_, n) => (n === 1 ? { hangUp: true } : {}));
    expect(await poster.update({ ...message, ts: '1.1' })).toMatchObject({ ok: expect.any(String) as string });
    expect(times('chat.update')).toBe(2);
  });
});

describe('finding a slot again', () => {
  const stored = (ts: string, slot: string) => ({
    ts,
    text: 'x',
    metadata: { event_type: 'nightshift_message', event_payload: { slot } },
  });

  test('looks through all pages since then', async () => {
    slack.answers.set('conversations.history', ({ body }) => ({
      body: body['cursor']
        ? { ok: true, messages: [stored('2.2', 'health-1')] }
        : { ok: true, messages: [{ ts: '3.3' }, stored('1.1', 'other')], response_metadata: { next_cursor: 'more' } },
    }));
    expect(await poster.find('C1', 'health-1', { since: '2026-11-24T03:00:00Z' })).toEqual({ found: '2.2' });
    expect(slack.calls[0]?.body).toMatchObject({ include_all_metadata: 'true', oldest: '1795489140' });
  });

  test('says so when it is nowhere', async () => {
    slack.answers.set('conversations.history', () => ({ body: { ok: true, messages: [] } }));
    expect(await poster.find('C1', 'health-1', { since: '2026-11-24T03:00:00Z' })).toEqual({ absent: true });
  });

  test('does not call absent what it could not look through', async () => {
    slack.answers.set('conversations.history', () => ({
      body: { ok: true, messages: [], response_metadata: { next_cursor: 'more' } },
    }));
    const found = await poster.find('C1', 'health-1', { since: '2026-11-24T03:00:00Z' });
    expect(found).toMatchObject({ permanent: expect.stringContaining('2000 messages') as string });
  });

  test('says why nobody could look', async () => {
    slack.answers.set('conversations.history', () => refusing('missing_scope'));
    expect(await poster.find('C1', 's', { since: '2026-11-24T03:00:00Z' })).toEqual({ permanent: 'missing_scope' });
  });

  test('looks in the thread of a reply', async () => {
    slack.answers.set('conversations.replies', () => ({
      body: { ok: true, messages: [stored('1.1', 'a'), stored('1.2', 'b')] },
    }));
    expect(await poster.find('C1', 'b', { since: '2026-11-24T03:00:00Z', threadTs: '1.1' })).toEqual({ found: '1.2' });
    expect(await poster.replies('C1', '1.1')).toEqual({ replies: [{ ts: '1.2', text: 'x', slot: 'b' }] });
  });
});

describe('a response_url', () => {
  test('that is used up needs another way', async () => {
    slack.answers.set('response_url', () => ({ status: 404 }));
    expect(await respond(slack.responseUrl, message, 'ephemeral')).toEqual({ permanent: 'HTTP 404' });
  });

  test('that is missing is not called', async () => {
    expect(await respond('', message, 'ephemeral')).toHaveProperty('permanent');
  });

  test('never replaces what it answers', async () => {
    expect(await respond(slack.responseUrl, message, 'in_channel')).toEqual({ ok: '' });
    expect(slack.calls[0]?.body).toMatchObject({ response_type: 'in_channel', replace_original: 'false' });
  });
});
