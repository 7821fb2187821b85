import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { CHANNEL } from '../local/slack/workspace.ts';
import { DESKTOP, PHONE } from './open-browser.ts';
import { sampleBot } from './sample-bot.ts';
import { consoleStarter, hasFocus, type } from './start-console.ts';

const start = consoleStarter();

async function startSample(viewport = DESKTOP) {
  const bot = sampleBot(() => started.client);
  const options = { door: bot.door, examples: ['/db health shop-db'] };
  const started = await start({ viewport, options });
  return { ...started, heard: bot.heard, composer: started.page.getByLabel('Message #database-alerts') };
}

/** Where the focus is: the accessible name of the element, or its words; and whether a ring shows it. */
function focused(page: Page): Promise<{ name: string; ring: boolean }> {
  return page.evaluate<{ name: string; ring: boolean }>(`(() => {
    const { activeElement: element } = document;
    const name = element.getAttribute('aria-label') ?? element.textContent.trim();
    return { name, ring: getComputedStyle(element).outlineStyle !== 'none' };
  })()`);
}

test('the arrows go through what was typed before, Shift+Enter breaks the line', async () => {
  const { page, composer, slack } = await startSample();
  await type(page, 'first');
  await type(page, 'second');
  await composer.press('ArrowUp');
  await expect.poll(() => composer.inputValue()).toBe('second');
  await composer.press('ArrowUp');
  await expect.poll(() => composer.inputValue()).toBe('first');
  await composer.press('ArrowDown');
  await composer.press('ArrowDown');
  await expect.poll(() => composer.inputValue()).toBe('');
  await composer.fill('two');
  await composer.press('Shift+Enter');
  await page.keyboard.type('lines');
  await composer.press('ArrowUp');
  expect(await composer.inputValue()).toBe('two\nlines');
  await composer.press('Enter');
  await slack.waitFor(({ text }) => text === 'two\nlines');
});

test('marks are set around what is selected, and the app is mentioned by its name', async () => {
  const { page, composer, slack } = await startSample();
  await composer.fill('very late');
  await composer.selectText();
  await page.getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name: 'Bold' }).click();
  await expect.poll(() => composer.inputValue()).toBe('*very late*');
  await composer.fill('ask @Nightshift about a < b');
  await composer.press('Enter');
  await slack.waitFor(({ text }) => text === 'ask <@U0NIGHTSHIFT> about a &lt; b');
  await page.getByText('ask @Nightshift about a < b').waitFor();
});

test('a dialog takes the focus, keeps it, and gives it back; Escape closes it', async () => {
  const { page, composer, slack } = await startSample();
  await type(page, '/db end');
  const dialog = page.getByRole('dialog', { name: 'End a session' });
  await dialog.waitFor();
  await expect.poll(() => hasFocus(dialog)).toBe(true);
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('Tab');
  const outside = page.locator('main, nav, aside');
  expect(await Promise.all((await outside.all()).map(hasFocus))).not.toContain(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => hasFocus(composer)).toBe(true);
  await expect(slack.submit({ user: 'omar', viewId: 'V0', values: {} })).rejects.toThrow('no view');
});

test('a menu inside of a dialog closes alone', async () => {
  const { page } = await startSample();
  await type(page, '/db end');
  const dialog = page.getByRole('dialog', { name: 'End a session' });
  await dialog.getByLabel('Target').click();
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  expect(await dialog.isVisible()).toBe(true);
});

test('an update of a modal keeps what was typed', async () => {
  const { page, client, slack } = await startSample();
  await type(page, '/db end');
  const dialog = page.getByRole('dialog', { name: 'End a session' });
  await dialog.getByLabel('Process id').fill('2211');
  const view = await slack.waitForView('U0OMAR');
  const words = { type: 'mrkdwn', text: 'Now with more words.' };
  const [first, ...fields] = view.content['blocks'] as object[];
  const content = { ...view.content, blocks: [{ ...first, text: words }, ...fields] };
  await client.apiCall('views.update', { view_id: view.id, view: JSON.stringify(content) });
  await dialog.getByText('Now with more words.').waitFor();
  expect(await dialog.getByLabel('Process id').inputValue()).toBe('2211');
});

test('everything of a message is reached by Tab, with a ring around it', async () => {
  const { page } = await startSample();
  await type(page, '/db health shop-db');
  await page.getByRole('button', { name: '1 reply' }).waitFor();
  await page.getByRole('log').focus();
  const reached: { name: string; ring: boolean }[] = [];
  while (reached.at(-1)?.name !== 'Message #database-alerts' && reached.length < 30) {
    await page.keyboard.press('Tab');
    reached.push(await focused(page));
  }
  expect(reached.map(({ name }) => name)).toEqual([
    'Show tree',
    'End session…',
    'Chart',
    'More',
    expect.stringContaining('1 reply'),
    'Reply in thread',
    'Message #database-alerts',
  ]);
  expect(reached.slice(0, -1).filter(({ ring }) => !ring)).toEqual([]);
});

test('Escape closes the thread', async () => {
  const { page } = await startSample();
  await type(page, '/db health shop-db');
  await page.getByRole('button', { name: '1 reply' }).click();
  const thread = page.getByLabel('Thread', { exact: true });
  await thread.getByLabel('Reply', { exact: true }).focus();
  await page.keyboard.press('Escape');
  await thread.waitFor({ state: 'detached' });
});

test('on a phone the closed menu is out of reach, Escape closes the open one', async () => {
  const { page, client } = await startSample(PHONE);
  await client.chat.postMessage({ channel: CHANNEL, text: 'hello' });
  expect(await page.getByRole('button', { name: 'Ada Adler' }).isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Ada Adler' }).focus();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('button', { name: 'Ada Adler' }).isVisible()).toBe(false);
});
