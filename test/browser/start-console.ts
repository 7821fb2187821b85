import type { WebClient } from '@slack/web-api';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { LocalSlackOptions } from '../../src/local/slack/options.ts';
import type { LocalSlack } from '../../src/local/slack/start.ts';
import { startWorkspace } from '../local/slack/workspace.ts';
import { openBrowser, openPage } from './open-browser.ts';

export type StartedConsole = { slack: LocalSlack; client: WebClient; page: Page; faults: readonly string[] };
export type ConsoleWish = {
  viewport: { width: number; height: number };
  options?: Partial<LocalSlackOptions>;
  /** What stands behind the origin: `/gallery`. */
  path?: string;
};

/** One browser for the tests of a file; what it returns starts a workspace of its own and opens its console. */
export function consoleStarter(): (wish: ConsoleWish) => Promise<StartedConsole> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  return async ({ viewport, options = {}, path = '/' }) => {
    const { slack, client } = await startWorkspace({ messagePace: { burst: 100, perSecond: 100 }, ...options });
    const { page, faults } = await openPage(browser, `${slack.url}${path}`, viewport);
    await page.locator('[role=log], .gallery-main').waitFor();
    return { slack, client, page, faults };
  };
}

/** Types into the channel's composer and sends it. */
export async function type(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message #database-alerts').fill(text);
  await page.keyboard.press('Enter');
}

/** How wide the page and its panes would like to be; equal to the window when nothing scrolls sideways. */
export function widestPart(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const panes = [...document.querySelectorAll('.messages, .fleet, .gallery, .gallery-index, .gallery-main, .dialog-body, .pane, .home')];
    const overhang = panes.map((pane) => pane.scrollWidth - pane.clientWidth);
    return document.documentElement.scrollWidth + Math.max(0, ...overhang);
  })()`);
}

/** True when the focus is on this element, or inside of it. */
export function hasFocus(element: Locator): Promise<boolean> {
  return element.evaluate((node) => node.matches(':focus-within'));
}

/** How wide a picture is in itself; 0 as long as it has not loaded. */
export function naturalWidth(picture: Locator): Promise<number> {
  return picture.evaluate((node) => Number('naturalWidth' in node && node.naturalWidth));
}
