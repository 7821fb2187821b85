import { join } from 'node:path';
import type { Page } from 'playwright-core';

/**
 * Writes `<name>.png` when SCREENSHOTS names a directory; tests without it write nothing.
 * `SCREENSHOTS=docs/console npm test -- test/browser` makes the pictures of the documentation anew.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  await page.mouse.move(0, 0); // nothing is hovered
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
