import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { CHANNEL } from '../local/slack/workspace.ts';
import { formBot, MENUS } from './form-bot.ts';
import type { Heard } from './form-bot.ts';
import { DESKTOP } from './open-browser.ts';
import { consoleStarter, hasFocus, type } from './start-console.ts';

const start = consoleStarter();

async function startMenus() {
  const bot = formBot(() => started.client);
  const started = await start({ viewport: DESKTOP, options: { door: bot.door } });
  const { page, client } = started;
  await client.chat.postMessage({ channel: CHANNEL, text: 'menus', blocks: [MENUS] });
  await page.getByRole('button', { name: 'Choose a target' }).waitFor();
  return { ...started, heard: bot.heard };
}

/** What the app heard of its n-th action. */
function actionOf(heard: readonly Heard[]): Record<string, unknown> | undefined {
  return heard.findLast(({ type: kind }) => kind === 'block_actions')?.actions?.[0];
}

async function keys(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) await page.keyboard.press(name);
}

test('a menu opens by an arrow, goes round, and Enter chooses', async () => {
  const { page, heard } = await startMenus();
  await page.getByRole('button', { name: 'Choose a target' }).focus();
  await keys(page, 'ArrowDown');
  await page.getByRole('combobox', { name: 'Choose a target' }).waitFor();
  await keys(page, 'ArrowUp', 'Enter');
  const chosen = page.getByRole('button', { name: 'Cache' });
  await chosen.waitFor();
  await expect
    .poll(() => actionOf(heard))
    .toMatchObject({ action_id: 'target', selected_option: { value: 'shop-cache' } });
  await expect.poll(() => hasFocus(chosen)).toBe(true);
  await chosen.click();
  expect(await page.getByRole('option', { name: 'Cache' }).getAttribute('aria-selected')).toBe('true');
});

test('typing filters, Escape closes without a choice', async () => {
  const { page, heard } = await startMenus();
  await page.getByRole('button', { name: 'Choose a target' }).click();
  await page.keyboard.type('sho');
  await expect.poll(() => page.getByRole('option').allTextContents()).toEqual(['Shop']);
  await page.keyboard.type('x');
  await page.getByText('No results').waitFor();
  await keys(page, 'Escape');
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  expect(heard).toEqual([]);
});

test('a menu with options from the app asks when enough is typed', async () => {
  const { page, heard } = await startMenus();
  await page.getByRole('button', { name: 'Search queries' }).click();
  await page.getByText('Type at least 2 characters').waitFor();
  await page.keyboard.type('se');
  await page.getByRole('option', { name: 'se by calls' }).click();
  await page.getByRole('button', { name: 'se by calls' }).waitFor();
  await expect
    .poll(() => actionOf(heard))
    .toMatchObject({ selected_option: { value: 'q-17', text: { text: 'se by calls' } } });
  expect(heard.map(({ type: kind, value }) => [kind, value])).toEqual([
    ['block_suggestion', 'se'],
    ['block_actions', undefined],
  ]);
});

test('several are chosen one after the other and taken away again', async () => {
  const { page, heard } = await startMenus();
  await page.getByRole('button', { name: 'Several' }).click();
  await page.getByRole('option', { name: 'Orders' }).click();
  await page.getByRole('option', { name: 'Shop' }).click();
  await keys(page, 'Escape');
  await page.getByRole('button', { name: 'Remove Orders' }).click();
  await page.getByRole('button', { name: 'Remove Orders' }).waitFor({ state: 'detached' });
  await expect.poll(() => heard.length).toBe(3);
  await expect.poll(() => actionOf(heard)).toMatchObject({ selected_options: [{ value: 'shop-db' }] });
});

test('people and days are chosen', async () => {
  const { page, heard } = await startMenus();
  await page.getByRole('button', { name: 'Choose a person' }).click();
  await page.getByRole('option', { name: 'Ada Adler' }).click();
  await expect.poll(() => actionOf(heard)).toMatchObject({ selected_user: 'U0ADA' });
  await page.getByLabel('Choose a day').fill('2026-11-25');
  await expect.poll(() => actionOf(heard)).toMatchObject({ selected_date: '2026-11-25' });
});

test('the three dots are a menu for the keyboard', async () => {
  const { page, heard } = await startMenus();
  const dots = page.getByRole('button', { name: 'More' });
  await dots.focus();
  await keys(page, 'Enter');
  await page.getByRole('menuitem', { name: 'Mute 4 h' }).waitFor();
  await keys(page, 'ArrowDown', 'Enter');
  await expect.poll(() => actionOf(heard)).toMatchObject({ selected_option: { value: '1d' } });
  await keys(page, 'ArrowDown', 'End', 'm', 'Enter'); // from the last, M leads on to the first
  await expect.poll(() => actionOf(heard)).toMatchObject({ selected_option: { value: '4h' } });
  await dots.click();
  await page.getByRole('menu').waitFor();
  await dots.click();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
});

test('a question stands before the act; Escape is no, Enter on the answer is yes', async () => {
  const { page, heard } = await startMenus();
  const button = page.getByRole('button', { name: 'End session' });
  await button.focus();
  await keys(page, 'Enter');
  const question = page.getByRole('alertdialog', { name: 'End it?' });
  await question.waitFor();
  await keys(page, 'Escape');
  await question.waitFor({ state: 'detached' });
  expect(heard).toEqual([]);
  await expect.poll(() => hasFocus(button)).toBe(true);
  await keys(page, 'Enter');
  await question.getByRole('button', { name: 'End it' }).focus();
  await keys(page, 'Enter');
  await expect.poll(() => actionOf(heard)).toMatchObject({ action_id: 'end' });
});

test('a form sends what every kind of field holds', async () => {
  const { page, heard } = await startMenus();
  await type(page, '/db form');
  const form = page.getByRole('dialog', { name: 'Every field' });
  await form.getByLabel('Target', { exact: true }).click();
  await page.getByRole('option', { name: 'Shop' }).click();
  await form.getByLabel('Targets').click();
  for (const name of ['Orders', 'Shop', 'Cache']) await page.getByRole('option', { name }).click();
  await keys(page, 'Escape');
  await form.getByRole('radio', { name: 'Cache' }).check();
  await form.getByRole('checkbox', { name: 'Orders' }).check();
  await form.getByRole('checkbox', { name: 'Cache' }).check();
  await form.getByLabel('Day').fill('2026-11-25');
  await form.getByLabel('Time').fill('02:13');
  await form.getByLabel('Loss').fill('5');
  await form.getByLabel('Why').fill('two\nlines');
  await form.getByLabel('Plan').setInputFiles({ name: 'plan.json', mimeType: 'text/plain', buffer: Buffer.from('{}') });
  await form.getByText('plan.json').waitFor();
  await form.getByRole('button', { name: 'Send' }).click();
  await form.waitFor({ state: 'detached' });
  const values = heard.at(-1)?.view?.state.values ?? {};
  const held = Object.fromEntries(Object.entries(values).map(([id, { a }]) => [id, a]));
  expect(held).toMatchObject({
    target: { selected_option: { value: 'shop-db' } },
    several: { selected_options: [{ value: 'orders-db' }, { value: 'shop-db' }] },
    how: { selected_option: { value: 'shop-cache' } },
    tell: { selected_options: [{ value: 'orders-db' }, { value: 'shop-cache' }] },
    day: { selected_date: '2026-11-25' },
    time: { selected_time: '02:13' },
    loss: { value: '5' },
    why: { value: 'two\nlines' },
    plan: { files: [{ id: expect.stringMatching(/^F/) }] },
  });
});
