import { expect, test } from 'vitest';
import { CHANNEL, startWorkspace } from './workspace.ts';

const PLAN = 'Seq Scan on orders\n  Filter: (status = $1)\n';

test('the official client uploads files into a thread, with a comment', async () => {
  const { client, slack } = await startWorkspace();
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  await client.filesUploadV2({
    channel_id: CHANNEL,
    thread_ts: ts ?? '',
    initial_comment: 'The plan',
    file_uploads: [
      { content: PLAN, filename: 'plan.txt', title: 'Plan of the query' },
      { file: Buffer.from([137, 80, 78, 71]), filename: 'lag.png', alt_text: 'The lag' },
    ],
  });
  const [, shared] = slack.messages(CHANNEL);
  expect(shared).toMatchObject({ threadTs: ts, text: 'The plan', fromBot: true });
  expect(shared?.files.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toMatchObject([
    { name: 'lag.png', mimetype: 'image/png', sizeBytes: 4, altText: 'The lag' },
    { name: 'plan.txt', title: 'Plan of the query', mimetype: 'text/plain', sizeBytes: PLAN.length },
  ]);
});

test('a file is found, read and saved', async () => {
  const { client, slack } = await startWorkspace();
  await client.filesUploadV2({ channel_id: CHANNEL, content: PLAN, filename: 'plan ä.sql', snippet_type: 'sql' });
  const id = slack.messages(CHANNEL)[0]?.files[0]?.id ?? '';
  const { file } = await client.files.info({ file: id });
  expect(file).toMatchObject({ id, mode: 'snippet', filetype: 'sql', size: PLAN.length });
  const read = await fetch(String(file?.url_private));
  expect([read.headers.get('content-type'), await read.text()]).toEqual(['text/plain; charset=utf-8', PLAN]);
  const saved = await fetch(String(file?.url_private_download));
  expect(saved.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''plan%20%C3%A4.sql");
});

test('an upload address takes its content once, and nothing is shared without content', async () => {
  const { client, slack } = await startWorkspace();
  const reserved = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
  const files: [{ id: string }] = [{ id: reserved.file_id ?? '' }];
  await expect(client.files.completeUploadExternal({ files, channel_id: CHANNEL })).rejects.toThrow('file_not_found');
  const put = async (body: string) => (await fetch(reserved.upload_url ?? '', { method: 'POST', body })).status;
  expect([await put('one'), await put('two')]).toEqual([200, 404]);
  await client.files.completeUploadExternal({ files, channel_id: CHANNEL });
  expect(slack.messages(CHANNEL)).toMatchObject([{ files: [{ name: 'a.txt', sizeBytes: 3 }] }]);
});

test('a web page that was uploaded is shown as text, never as a page', async () => {
  const { client, slack } = await startWorkspace();
  await client.filesUploadV2({ channel_id: CHANNEL, content: '<script>alert(1)</script>', filename: 'x.html' });
  const response = await fetch(`${slack.url}/files/${slack.messages(CHANNEL)[0]?.files[0]?.id}`);
  expect(response.headers.get('content-type')).not.toContain('html');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('a person uploads into a form', async () => {
  const { slack } = await startWorkspace();
  const put = (query: string, body: string) => fetch(`${slack.url}/api/upload?${query}`, { method: 'POST', body });
  const answer = await put('user=omar&name=plan.json', '{}');
  await expect(answer.json()).resolves.toMatchObject({ name: 'plan.json', sizeBytes: 2 });
  expect((await put('user=nobody&name=plan.json', '{}')).status).toBe(400);
});
