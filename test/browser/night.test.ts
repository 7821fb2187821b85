import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Laptop } from '../../src/local/laptop.ts';
import { startTestLaptop } from '../servers/fleet.ts';
import { DESKTOP, openBrowser, openPage, PHONE } from './open-browser.ts';
import { widestPart } from './start-console.ts';
import { takePicture } from './take-picture.ts';

vi.setConfig({ testTimeout: 300_000 });

let browser: Browser;
let laptop: Laptop;
let page: Page;
let faults: readonly string[];
beforeAll(async () => {
  [browser, laptop] = await Promise.all([openBrowser(), startTestLaptop()]);
  ({ page, faults } = await openPage(browser, laptop.slack.url, DESKTOP));
  await page.getByRole('log').waitFor();
});
afterAll(async () => {
  await browser.close();
  await laptop.stop();
});

async function type(text: string): Promise<void> {
  await page.getByLabel('Message #database-alerts').fill(text);
  await page.keyboard.press('Enter');
}

/** Nothing here is scripted: real databases, the deployed handlers, and a person in front of the console. */
test('a night from the first look to the session that was in the way', async () => {
  const main = page.getByRole('main');
  await type('/db health shop-db');
  await main.getByText(/shop-db healthy/).waitFor();
  await type('/db health shop-cache');
  await main.getByText(/shop-cache healthy/).waitFor();
  await takePicture(page, 'good-day');

  await page.getByRole('switch', { name: 'Pile up locks' }).click();
  await page.getByRole('switch', { name: 'Pile up locks', checked: true }).waitFor();
  await type('/db health shop-db');
  await main.getByText(/12 sessions wait behind pid/).waitFor();
  await takePicture(page, 'bad-day');

  await main
    .getByRole('button', { name: /End session/ })
    .first()
    .click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /End session/ })
    .click();
  await main.getByText(/waits for 1 approval/).waitFor();
  await main.getByRole('button', { name: 'Approve' }).click();
  await main.getByText(/needs the role approver/).waitFor();

  await page.getByRole('button', { name: /Ada Okafor/ }).click();
  await main.getByRole('button', { name: 'Approve' }).click();
  await main.getByText(/was ended/).waitFor();
  expect(faults).toEqual([]);
  await takePicture(page, '../console'); // the README's
});

test('the evidence stands in the thread of its report', async () => {
  await page.getByLabel('Drills', { exact: true }).getByRole('button', { name: 'Close' }).click();
  await takePicture(page, 'channel');
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'channel-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  const report = page.getByRole('article').filter({ hasText: '12 sessions wait behind pid' });
  await report
    .getByRole('button', { name: /repl(y|ies)/ })
    .first()
    .click();
  const thread = page.getByLabel('Thread', { exact: true });
  await thread
    .getByText(/billing/)
    .first()
    .waitFor();
  await thread.getByText('1 critical').first().scrollIntoViewIfNeeded();
  await takePicture(page, 'thread');
  await thread.getByRole('button', { name: 'Close' }).click();
});

test("the app's home shows the fleet", async () => {
  await page.getByRole('button', { name: 'Nightshift', exact: true }).click();
  await page
    .getByRole('tabpanel', { name: 'Home' })
    .getByText(/shop-cache/)
    .first()
    .waitFor();
  await takePicture(page, 'home');
  await page.getByRole('button', { name: '# database-alerts' }).click();
});

test('a phone shows the same night', async () => {
  await page.setViewportSize(PHONE);
  await page
    .getByRole('main')
    .getByText(/was ended/)
    .waitFor();
  expect(await widestPart(page)).toBe(PHONE.width);
  await takePicture(page, 'phone');
  await page.setViewportSize(DESKTOP);
});

test('a form asks for what the command left out', async () => {
  await page.getByRole('button', { name: /Omar Haddad/ }).click();
  await type('/db end shop-db');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Process id/).fill('2147483647');
  await takePicture(page, 'modal');
  await dialog.getByRole('button', { name: 'Go' }).click();
  await page.getByText(/there is no session with pid 2147483647/).waitFor();
});

test('the gallery of the blocks is one click away', async () => {
  await page.getByRole('link', { name: 'Block gallery' }).click();
  await page.getByRole('link', { name: 'data_visualization' }).click();
  await page.getByRole('region', { name: 'data_visualization' }).getByRole('img').first().waitFor();
  await takePicture(page, 'gallery');
  expect(faults).toEqual([]);
});
