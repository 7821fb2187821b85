import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { copyAssets } from '../../scripts/package/assets.ts';
import { bundleSettings } from '../../scripts/package/bundle.ts';
import { chartPng } from '../../src/charts/png.ts';
import { root } from '../house.ts';
import { chartWith, hourly } from './charts.ts';

const zone = { timeZone: 'Europe/Berlin' };
const chart = chartWith(
  hourly(48, (hour) => 40 + hour),
  { limits: [{ label: 'warning', value: 80 }] },
);

function size(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

test('a chart is a PNG, twice as large as it is shown', async () => {
  const png = await chartPng(chart, zone);
  expect(Buffer.from(png).toString('latin1', 0, 8)).toBe('\u0089PNG\r\n\u001a\n');
  expect(size(png)).toEqual({ width: 1280, height: 768 });
  expect(png.length).toBeLessThan(200_000);
});

test('the same chart is the same bytes, and another one is others', async () => {
  const [one, again] = [await chartPng(chart, zone), await chartPng(structuredClone(chart), zone)];
  expect(Buffer.compare(one, again)).toBe(0);
  const other = await chartPng({ ...chart, title: 'shop-db · connectionz' }, zone);
  expect(Buffer.compare(one, other)).not.toBe(0);
});

test('words are drawn: without its font the picture would be another one', async () => {
  const wordless = { ...chart, title: '', limits: [], note: '' };
  const [spoken, silent] = [await chartPng(chart, zone), await chartPng(wordless, zone)];
  expect(spoken.length - silent.length).toBeGreaterThan(3_000);
});

test('whatever stands in its names, it is drawn', async () => {
  const series = [{ name: '"<&>\u0000\u{1F98A}\uD800', points: [{ at: '2026-11-24T00:00:00.000Z', value: 1e18 }] }];
  const wild = { ...chart, title: '</text><script>', unit: '<b>', note: '&amp;', series };
  expect(size(await chartPng(wild, zone))).toEqual({ width: 1280, height: 768 });
  expect(size(await chartPng({ ...chart, series: [] }, zone))).toEqual({ width: 1280, height: 768 });
});

test('a bundle that has its assets beside it draws the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-charts-'));
  try {
    const entryPoints = [{ in: 'src/charts/png.ts', out: 'index' }];
    const { metafile } = await build({ ...bundleSettings, absWorkingDir: root, entryPoints, outdir: folder });
    copyAssets({ name: 'charts', folder, metafile });
    const bundled = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as { chartPng: typeof chartPng };
    const hash = (png: Uint8Array) => createHash('sha256').update(png).digest('hex');
    expect(hash(await bundled.chartPng(chart, zone))).toBe(hash(await chartPng(chart, zone)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
