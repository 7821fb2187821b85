import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLogs } from '../cli/logs/run-logs.ts';
import { dayLog, logDirectory, stderrLog } from '../logs/sample-log.ts';
import { DESKTOP, openBrowser, openPage, PHONE } from './open-browser.ts';
import { widestPart } from './start-console.ts';
import { takePicture } from './take-picture.ts';

const EVIL = '</script><img src=x onerror=planted()>';
const of = { time: '2026-11-28 14:30:00.000 UTC', pid: 5, user: 'app', database: 'shop' };
const directory = logDirectory();
let browser: Browser;
let url: string;
beforeAll(async () => {
  const log = [
    dayLog('2026-11-28', [9, 10, 11, 12, 13, 14]),
    stderrLog([
      {
        ...of,
        severity: 'LOG',
        message: `duration: 9000.000 ms  statement: select "${EVIL}" from "${EVIL}" where exists (select 1 from t)`,
      },
      { ...of, severity: 'ERROR', message: `relation "${EVIL}" does not exist` },
      { ...of, severity: 'ERROR', message: `${EVIL} it's raised & told` },
      { ...of, severity: 'LOG', message: `connection authorized: user=${EVIL} database=${EVIL}` },
      { ...of, severity: 'LOG', message: 'duration: 1.000 ms  statement: select 2 from a, b' },
    ]),
  ].join('');
  const page = join(directory.path, 'page.html');
  expect(await runLogs([directory.write(`day.log`, log), '--html', page])).toMatchObject({ code: 0 });
  url = pathToFileURL(page).href;
  browser = await openBrowser();
});
afterAll(() => browser?.close());

test('the page opens from the disk, asks nobody for anything, and what is planted in the log stays text', async () => {
  const { page, faults } = await openPage(browser, 'about:blank', DESKTOP);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(url);
  expect(await page.title()).toMatch(/^PostgreSQL logs 2026-11-28 09:00 to 14:59/);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(1);
  expect(await page.getByText('</script><img src=x').count()).toBeGreaterThan(1);
  expect({ asked, faults }).toEqual({ asked: [url], faults: [] });
  await takePicture(page, 'logs');
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'logs-dark');
});

test('statements are sorted by a key on a heading, searched, and opened', async () => {
  const { page, faults } = await openPage(browser, url, DESKTOP);
  const table = page.getByRole('table', { name: /By the time they took together/ });
  const first = table.locator('tbody tr').first();
  expect(await first.innerText()).toContain('select * from orders');
  await table.getByRole('button', { name: 'Max' }).focus();
  await page.keyboard.press('Enter');
  expect(await table.getByRole('columnheader', { name: 'Max' }).getAttribute('aria-sort')).toBe('descending');
  expect(await first.innerText()).toContain('onerror=planted()');
  await page.keyboard.press('Enter');
  expect(await first.innerText()).toContain('select ? from a, b');
  await page.getByLabel('Find a statement').fill('orders');
  expect(await table.locator('tbody tr:visible').count()).toBe(1);
  await table.getByText('select * from orders').first().click();
  expect(await table.locator('pre:visible').innerText()).toBe('select *\nfrom orders\nwhere id = ?\n  and note = ?');
  await expect.poll(() => table.getByRole('img', { name: /Calls by duration/ }).isVisible()).toBe(true);
  await takePicture(page, 'logs-statement');
  expect(faults).toEqual([]);
});

test('every table has a caption and every chart a name; on a phone nothing is wider than the screen', async () => {
  const { page } = await openPage(browser, url, PHONE);
  expect(await page.locator('table:not(:has(caption))').count()).toBe(0);
  expect(await page.locator('svg[role=img]:not([aria-label])').count()).toBe(0);
  expect(await widestPart(page)).toBe(PHONE.width);
  await takePicture(page, 'logs-phone');
});

test('without a script all is there', async () => {
  const context = await browser.newContext({ viewport: DESKTOP, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByText('select * from orders').first().click();
  expect(await page.locator('#statements pre').filter({ hasText: 'from orders' }).first().isVisible()).toBe(true);
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(
    expect.arrayContaining([
      'Statements',
      expect.stringMatching(/^Errors/),
      expect.stringMatching(/^Lock waits/),
      'Files',
    ]),
  );
  await context.close();
});
