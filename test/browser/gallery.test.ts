import { expect, test } from 'vitest';
import { gallery } from '../../src/local/slack/gallery/index.ts';
import { DESKTOP } from './open-browser.ts';
import { consoleStarter, naturalWidth, widestPart } from './start-console.ts';

const start = consoleStarter();
const count = gallery.reduce((sum, { examples }) => sum + examples.length, 0);

test('every example of every block is drawn beside its JSON, without a fault', async () => {
  const { page, faults } = await start({ viewport: DESKTOP, path: '/gallery' });
  expect(await page.getByRole('region').count()).toBe(gallery.length);
  expect(await page.locator('.example').count()).toBe(count);
  const drawn = await page.locator('.shown .blocks').all();
  const heights = await Promise.all(drawn.map(async (one) => (await one.boundingBox())?.height ?? 0));
  expect(heights.filter((height) => height <= 0)).toEqual([]);
  const shown = await page.getByLabel('JSON').allTextContents();
  expect(shown.map((text) => JSON.parse(text) as object)).toEqual(
    gallery.flatMap(({ examples }) => examples.map(({ block }) => block)),
  );
  expect(await page.locator('.unknown, .lost-picture').count()).toBe(0);
  const pictures = await page.locator('.shown img').all();
  await expect.poll(() => Promise.all(pictures.map(naturalWidth))).not.toContain(0);
  expect(faults).toEqual([]);
});

test('an element of an example tells what Slack would send', async () => {
  const { page } = await start({ viewport: DESKTOP, path: '/gallery' });
  const buttons = page.getByRole('region', { name: 'actions' }).getByRole('article').first();
  await buttons.getByRole('button', { name: 'Approve' }).click();
  await buttons.getByText('"action_id":"approve"').waitFor();
  await page.getByRole('region', { name: 'data_table' }).getByRole('button', { name: 'Size' }).click();
  const sizes = page.getByRole('region', { name: 'data_table' }).locator('tbody td:nth-child(2)');
  await expect.poll(() => sizes.allTextContents()).toEqual(['3 GB', '8 GB', '12 GB', '41 GB']);
});

test('the console leads to the gallery, and back', async () => {
  const { page } = await start({ viewport: DESKTOP });
  await page.getByRole('link', { name: 'Block gallery' }).click();
  await page.getByRole('heading', { name: 'Block gallery' }).waitFor();
  await page.getByRole('link', { name: 'Back to the console' }).click();
  await page.getByRole('log').waitFor();
});

test.each([360, 390, 430])('at %d pixels nothing of it scrolls sideways', async (width) => {
  const { page } = await start({ viewport: { width, height: 800 }, path: '/gallery' });
  expect(await widestPart(page)).toBe(width);
});
