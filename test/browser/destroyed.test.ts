import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Laptop } from '../../src/local/laptop.ts';
import { startTestLaptop } from '../servers/fleet.ts';
import { DESKTOP, openBrowser, openPage } from './open-browser.ts';
import { takePicture } from './take-picture.ts';

const TIME_MS = 600_000;
const PATIENCE_MS = 240_000;
const run = promisify(execFile);
let browser: Browser;
let laptop: Laptop;
let page: Page;
let faults: readonly string[];
beforeAll(async () => {
  [browser, laptop] = await Promise.all([openBrowser(), startTestLaptop()]);
  ({ page, faults } = await openPage(browser, laptop.slack.url, DESKTOP));
  await page.getByRole('log').waitFor();
}, TIME_MS);
afterAll(async () => {
  await browser.close();
  await laptop.stop();
}, TIME_MS);

async function type(text: string): Promise<void> {
  await page.getByLabel('Message #database-alerts').fill(text);
  await page.keyboard.press('Enter');
}
const said = (words: RegExp) => page.getByRole('main').getByText(words).last().innerText({ timeout: PATIENCE_MS });
/** Of those orders that the shop does not forget while the test runs. */
const NEWEST = 'SELECT id::int, customer_id::int FROM orders WHERE id BETWEEN 19000 AND 20000 ORDER BY id';
async function orders(): Promise<object[]> {
  return (await (await laptop.fleet.postgres.primary())?.query(NEWEST)) ?? [];
}
const states = async () => {
  const { members } = await laptop.fleet.status();
  return Object.fromEntries(
    members.filter(({ name }) => name.startsWith('shop-db')).map(({ name, state }) => [name, state]),
  );
};

test(
  'a shop whose data was destroyed is back by what the message of its backup says',
  { timeout: TIME_MS },
  async () => {
    await type('/db backup shop-db full');
    await said(/full backup \d{8}T\d{6}Z-full: .*every byte read back from primary/);
    const told = await said(/To bring it back, in a terminal:/);
    const command = /npx nightshift (restore shop-db --into) <new directory>/.exec(told)?.[1] ?? '';
    expect(command).toBe('restore shop-db --into');
    const before = await orders();
    expect(before).toHaveLength(1001);

    const destroy = page.getByRole('switch', { name: 'Destroy the data of shop-db' });
    await destroy.click();
    await expect.poll(states, { timeout: PATIENCE_MS }).toEqual({ 'shop-db-1': 'down', 'shop-db-2': 'down' });
    await takePicture(page, 'destroyed');
    const panel = await page.getByLabel('Drills', { exact: true }).innerText();
    const into = /nightshift restore shop-db --into ([^;\s]+);/.exec(panel)?.[1] ?? '';
    const words = ['scripts/nightshift.mjs', ...command.split(' '), into];
    const { stdout } = await run(process.execPath, words, { cwd: process.cwd(), env: process.env });
    expect(stdout).toMatch(/Restored shop-db to the last that was stored into /);

    await expect.poll(() => destroy.getAttribute('aria-checked'), { timeout: PATIENCE_MS }).toBe('false');
    expect(await states()).toEqual({ 'shop-db-1': 'up', 'shop-db-2': 'up' });
    expect(await orders()).toEqual(before);
    await type('/db health shop-db');
    await said(/shop-db healthy|checks answered/);
    expect(faults).toEqual([]);
  },
);

test('and is as it was where nobody restores and the switch goes back', { timeout: TIME_MS }, async () => {
  const before = await orders();
  const destroy = page.getByRole('switch', { name: 'Destroy the data of shop-db' });
  await destroy.click();
  await expect.poll(states, { timeout: PATIENCE_MS }).toEqual({ 'shop-db-1': 'down', 'shop-db-2': 'down' });
  await destroy.click();
  await expect.poll(() => destroy.getAttribute('aria-checked'), { timeout: PATIENCE_MS }).toBe('false');
  expect(await states()).toEqual({ 'shop-db-1': 'up', 'shop-db-2': 'up' });
  expect(await orders()).toEqual(before);
});
