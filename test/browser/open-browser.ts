import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A headless browser of this machine; says what to install when there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'no Chromium found: apt-get install chromium-headless-shell fonts-noto-color-emoji, or set CHROMIUM_PATH',
    );
  }
  const args = ['--font-render-hinting=none']; // else letters stand unevenly where pixels are not whole
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args });
}

export const DESKTOP = { width: 1120, height: 730 };
export const PHONE = { width: 390, height: 844 };

/** A page of its own at an address; whatever it throws or refuses to load fails the test that asks `faults`. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1.25, locale: 'en-GB' });
  context.setDefaultTimeout(60_000); // what is awaited comes when a busy machine gets to it
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(url);
  return { page, faults };
}
