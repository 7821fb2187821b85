import { expect, test } from 'vitest';
import { CHANNEL } from '../local/slack/workspace.ts';
import { DESKTOP } from './open-browser.ts';
import { consoleStarter, naturalWidth } from './start-console.ts';

const start = consoleStarter();

/** The smallest PNG: one transparent point. */
const POINT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const LINES = Array.from({ length: 9 }, (_, index) => `line ${index + 1} <b>`).join('\n');

test('an upload shows a picture, a folded text and a card to save', async () => {
  const { page, client, faults } = await start({ viewport: DESKTOP });
  await client.filesUploadV2({
    channel_id: CHANNEL,
    initial_comment: 'Evidence',
    file_uploads: [
      { file: POINT, filename: 'lag.png', title: 'Lag', alt_text: 'The lag rises' },
      { content: LINES, filename: 'plan.txt', title: 'Plan' },
      { file: Buffer.from('PK'), filename: 'all.zip', title: 'Everything' },
    ],
  });
  const picture = page.getByRole('img', { name: 'The lag rises' });
  await expect.poll(() => naturalWidth(picture)).toBe(1);
  const text = page.getByRole('group', { name: 'Plan' });
  await text.getByText('line 5 <b>').waitFor();
  expect(await text.getByText('line 6 <b>').count()).toBe(0);
  await text.getByRole('button', { name: 'Show 4 more lines' }).click();
  await text.getByText('line 9 <b>').waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save Everything' }).click();
  expect((await downloading).suggestedFilename()).toBe('all.zip');
  expect(faults).toEqual([]);
});

test('an uploaded file stands in its thread, and in an image block', async () => {
  const { page, client, slack } = await start({ viewport: DESKTOP });
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  await client.filesUploadV2({ channel_id: CHANNEL, thread_ts: ts ?? '', file: POINT, filename: 'lag.png' });
  await page.getByRole('button', { name: '1 reply' }).click();
  await page.getByLabel('Thread', { exact: true }).getByRole('img', { name: 'lag.png' }).waitFor();
  const id = slack.messages(CHANNEL).find(({ files }) => files.length > 0)?.files[0]?.id ?? '';
  const blocks = [{ type: 'image', alt_text: 'The chart', slack_file: { id } }];
  await client.chat.postMessage({ channel: CHANNEL, text: 'chart', blocks });
  const chart = page.getByRole('main').getByRole('img', { name: 'The chart' });
  await expect.poll(() => naturalWidth(chart)).toBe(1);
});

test('a picture that does not load leaves its words', async () => {
  const { page, client } = await start({ viewport: DESKTOP });
  const blocks = [{ type: 'image', alt_text: 'The lost chart', slack_file: { id: 'F0GONE' } }];
  await client.chat.postMessage({ channel: CHANNEL, text: 'chart', blocks });
  await page.getByText('The lost chart').waitFor();
});
