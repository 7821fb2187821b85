import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLaptop, type Laptop } from '../../src/local/laptop.ts';
import { root } from '../house.ts';
import { DESKTOP, openBrowser, openPage } from './open-browser.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-night-'));
let browser: Browser;
let laptop: Laptop;
let page: Page;
let faults: readonly string[];
beforeAll(async () => {
  [browser, laptop] = await Promise.all([openBrowser(), startLaptop({ root, dataDir, say: () => {} })]);
  ({ page, faults } = await openPage(browser, laptop.slack.url, DESKTOP));
  await page.getByRole('log').waitFor();
});
afterAll(async () => {
  await browser.close();
  await laptop.stop();
  rmSync(dataDir, { recursive: true, force: true });
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

  await page.getByRole('switch', { name: 'Pile up locks' }).click();
  await page.getByRole('switch', { name: 'Pile up locks', checked: true }).waitFor();
  await type('/db health shop-db');
  await main.getByText(/12 sessions wait behind pid/).waitFor();

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
  await takeScreenshot();
});

test('a form asks for what the command left out', async () => {
  await page.getByRole('button', { name: /Omar Haddad/ }).click();
  await type('/db end shop-db');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Process id/).fill('2147483647');
  await dialog.getByRole('button', { name: 'Go' }).click();
  await page.getByText(/there is no session with pid 2147483647/).waitFor();
});

/** The README's picture; written only when somebody asks for a new one. */
async function takeScreenshot(): Promise<void> {
  const path = process.env['SCREENSHOT_FILE'];
  if (path !== undefined) await page.screenshot({ path });
}
