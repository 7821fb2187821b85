import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { CHANNEL } from '../local/slack/workspace.ts';
import { DESKTOP } from './open-browser.ts';
import { EVIDENCE, sampleBot } from './sample-bot.ts';
import { consoleStarter, type, widestPart } from './start-console.ts';

const start = consoleStarter();

function pageColour(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
}

const LIGHT = 'rgb(255, 255, 255)';
const DARK = 'rgb(26, 29, 33)';

test('the look follows the system until somebody chooses, and the choice is kept', async () => {
  const { page } = await start({ viewport: DESKTOP });
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => pageColour(page)).toBe(DARK);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => pageColour(page)).toBe(LIGHT);
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => pageColour(page)).toBe(DARK);
  await page.route('**/api/status', () => undefined); // even while nothing is drawn yet
  await page.reload();
  await page.getByText('Waiting for the demo').waitFor();
  await expect.poll(() => pageColour(page)).toBe(DARK);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await page.getByRole('radio', { name: 'Light' }).check();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => pageColour(page)).toBe(LIGHT);
});

test('the words are set in Lato, which the console brings along', async () => {
  const { page, faults } = await start({ viewport: DESKTOP });
  await expect.poll(() => page.evaluate<boolean>('document.fonts.check("700 15px Lato")')).toBe(true);
  expect(faults).toEqual([]);
});

test.each([360, 390, 430])('at %d pixels there is one pane at a time and nothing scrolls sideways', async (width) => {
  const bot = sampleBot(() => started.client);
  const started = await start({ viewport: { width, height: 780 }, options: { door: bot.door } });
  const { page, client } = started;
  await type(page, '/db health shop-db');
  await page.getByText('41 sessions wait for one lock').waitFor();
  await client.chat.postMessage({ channel: CHANNEL, text: 'wide', blocks: EVIDENCE });
  expect(await widestPart(page)).toBe(width);
  await page.getByRole('button', { name: '1 reply' }).click();
  const thread = page.getByLabel('Thread', { exact: true });
  await thread.getByText('billing', { exact: true }).first().waitFor();
  expect((await thread.boundingBox())?.width).toBe(width);
  expect(await widestPart(page)).toBe(width);
  await thread.getByRole('button', { name: 'Close' }).click();
  await type(page, '/db end');
  const dialog = page.getByRole('dialog', { name: 'End a session' });
  expect((await dialog.boundingBox())?.width).toBe(width);
  expect(await widestPart(page)).toBe(width);
});
