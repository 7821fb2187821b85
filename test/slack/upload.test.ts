import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPoster, type Poster } from '../../src/slack/post.ts';
import { startSlackStub, type SlackStub } from './slack-stub.ts';

let slack: SlackStub;
let poster: Poster;
const picture = { name: 'health-1.png', png: new Uint8Array([0x89, 0x50]), title: 'Lag', altText: 'The lag rises' };

beforeEach(async () => {
  slack = await startSlackStub();
  poster = createPoster({ token: 'xoxb-test', apiUrl: slack.apiUrl });
  const { apiUrl } = slack;
  slack.answers.set('files.getUploadURLExternal', () => ({
    body: { ok: true, upload_url: `${apiUrl}put`, file_id: 'F1' },
  }));
  slack.answers.set('files.completeUploadExternal', () => ({ body: { ok: true, files: [{ id: 'F1' }] } }));
});
afterEach(() => slack.close());

function refused(pointer: string) {
  return { body: { ok: false, error: 'invalid_blocks', response_metadata: { messages: [`[ERROR] ${pointer}`] } } };
}

function bodyOf(method: string): Record<string, string> {
  return slack.calls.find((call) => call.method === method)?.body ?? {};
}

describe('a picture', () => {
  test('is brought in three steps, with its words, and shared with nobody', async () => {
    expect(await poster.upload(picture)).toEqual({ ok: 'F1' });
    expect(slack.calls.map(({ method }) => method)).toEqual([
      'files.getUploadURLExternal',
      'put',
      'files.completeUploadExternal',
    ]);
    expect(bodyOf('files.getUploadURLExternal')).toMatchObject({
      filename: 'health-1.png',
      length: '2',
      alt_text: 'The lag rises',
    });
    const completed = bodyOf('files.completeUploadExternal');
    expect(completed).not.toHaveProperty('channel_id');
    expect(JSON.parse(completed['files'] ?? '')).toEqual([{ id: 'F1', title: 'Lag', highlight_type: 'png' }]);
  });

  test('that Slack does not take is an answer, not a fault', async () => {
    slack.answers.set('files.getUploadURLExternal', () => ({ body: { ok: false, error: 'missing_scope' } }));
    expect(await poster.upload(picture)).toEqual({ permanent: 'missing_scope' });
  });

  test('that Slack still looks at is waited for by the message that shows it', async () => {
    slack.answers.set('chat.postMessage', (_call, n) =>
      n < 3 ? refused('invalid slack file [json-pointer:/blocks/0/slack_file]') : {},
    );
    const blocks = [{ type: 'image', alt_text: 'The lag', slack_file: { id: 'F1' } }] as const;
    expect(await poster.post({ channel: 'C1', text: 'report', blocks })).toEqual({ ok: '1790000003.000100' });
  });

  test('is not what a message waits for that is refused for another reason', async () => {
    slack.answers.set('chat.postMessage', () => refused('must be shorter [json-pointer:/blocks/0/text]'));
    expect(await poster.post({ channel: 'C1', text: 'report', blocks: [] })).toHaveProperty('reformat');
    expect(slack.calls).toHaveLength(1);
  });
});
