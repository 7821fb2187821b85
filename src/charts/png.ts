import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Chart } from '../core/report.ts';
import { readAsset } from './assets.ts';
import { chartSvg, type ChartOptions } from './svg.ts';

/** Twice the units of the SVG: sharp on a phone. */
const ZOOM = 2;

let ready: Promise<readonly Uint8Array[]> | undefined;

/** A chart as a PNG, 1280 by 768; the same chart is the same bytes. The first one loads 2.4 MB of WebAssembly. */
export async function chartPng(chart: Chart, options: ChartOptions): Promise<Uint8Array> {
  const fontBuffers = await (ready ??= load());
  const drawing = new Resvg(chartSvg(chart, options), {
    fitTo: { mode: 'zoom', value: ZOOM },
    // Without a font of its own it leaves all text out, in silence.
    font: { fontBuffers: [...fontBuffers], defaultFontFamily: 'Inter', loadSystemFonts: false } as object,
  });
  const picture = drawing.render();
  try {
    return picture.asPng();
  } finally {
    // What WebAssembly holds, nobody else gives back.
    picture.free();
    drawing.free();
  }
}

async function load(): Promise<readonly Uint8Array[]> {
  await initWasm(readAsset('renderer'));
  return [readAsset('regular'), readAsset('semibold')];
}
