import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Metric } from '../../src/core/metric.ts';
import { createDrills } from '../../src/local/drills/index.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import { openState } from '../../src/state/index.ts';
import { startTestLaptop } from '../servers/fleet.ts';
import { DESKTOP, openBrowser, openPage, PHONE } from './open-browser.ts';
import { naturalWidth, widestPart } from './start-console.ts';
import { takePicture } from './take-picture.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 ** 2;
let browser: Browser;
let laptop: Laptop;
let page: Page;
let faults: readonly string[];
beforeAll(async () => {
  [browser, laptop] = await Promise.all([openBrowser(), startTestLaptop()]);
  await aWeekOf('shop-cache', (hour) => [
    { name: 'memory:shop-cache-1', value: (3 + Math.sin(hour / 4) / 2) * MIB, unit: 'bytes' },
  ]);
  await aWeekOf('shop-db', (hour) => [
    {
      name: 'connections',
      value: 34 + 18 * Math.sin((hour / 24) * 2 * Math.PI) + (hour > 150 ? (hour - 150) * 1.9 : 0),
      unit: '%',
      limits: [
        { label: 'warning', value: 80 },
        { label: 'critical', value: 90 },
      ],
    },
  ]);
  ({ page, faults } = await openPage(browser, laptop.slack.url, DESKTOP));
  await page.getByRole('log').waitFor();
});
afterAll(async () => {
  await browser.close();
  await laptop.stop();
});

/** What hourly reports of the last week would have left; for half a day nobody looked. */
async function aWeekOf(target: string, metricsAt: (hour: number) => Metric[]): Promise<void> {
  const { metrics } = openState({ tableName: process.env['NIGHTSHIFT_TABLE'] ?? '' });
  const beganMs = Date.now() - 168 * HOUR_MS;
  for (let hour = 0; hour < 168; hour++) {
    if (hour > 80 && hour < 92) continue;
    const at = new Date(beganMs + hour * HOUR_MS).toISOString();
    await metrics.keep(target, { at, metrics: metricsAt(hour) });
  }
}

async function type(text: string): Promise<void> {
  await page.getByLabel('Message #database-alerts').fill(text);
  await page.keyboard.press('Enter');
}

function chartOf(title: string): Locator {
  return page
    .getByRole('main')
    .getByRole('img', { name: new RegExp(`^shop-\\S+ · ${title}`) })
    .first();
}

test('a number of the past is a picture in the channel, in light and dark and on a phone', async () => {
  await type('/db chart shop-db connections');
  await expect.poll(() => naturalWidth(chartOf('connections'))).toBe(1280);
  expect(await chartOf('connections').getAttribute('alt')).toMatch(
    /connections: .* %.*warning at 80 %, critical at 90 %/,
  );
  await page.getByLabel('Drills', { exact: true }).getByRole('button', { name: 'Close' }).click();
  await takePicture(page, 'chart');
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'chart-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await chartOf('connections').scrollIntoViewIfNeeded();
  expect(await widestPart(page)).toBe(PHONE.width);
  await takePicture(page, 'chart-phone');
  await page.setViewportSize(DESKTOP);
  expect(faults).toEqual([]);
});

test('a report of a number that is over its limit shows it over the week, in its message', async () => {
  await createDrills(laptop.fleet)
    .find(({ name }) => name === 'redis-memory-fill')
    ?.on();
  await type('/db health shop-cache');
  await expect.poll(() => naturalWidth(chartOf('memory:shop-cache-1'))).toBe(1280);
  expect(await chartOf('memory').getAttribute('alt')).toMatch(/critical at .* MB, full at .* MB/);
  await takePicture(page, 'report-chart');
  await page.getByRole('main').getByRole('button', { name: 'Chart' }).first().click();
  await page
    .getByRole('main')
    .getByText(/memory:shop-cache-1 .* at the last look; .* within 7d/)
    .waitFor();
  expect(faults).toEqual([]);
});
