import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costTable, monthlyBill } from '../cost/cost-table.ts';
import type { GeneratedFile } from './generated-file.ts';
import { replaceBetween } from './markdown.ts';
import { measuredTables, type Measured } from './scale-tables.ts';

/** docs/scale.md: what `npm run scale -- --write` measured, and the price model, between their markers. */
export function scalePage(root: string): GeneratedFile[] {
  const page = join(root, 'docs', 'scale.md');
  const kept = join(root, 'docs', 'scale-measured.json');
  if (!existsSync(page) || !existsSync(kept)) return [];
  const measured = JSON.parse(readFileSync(kept, 'utf8')) as Measured;
  const text = readFileSync(page, 'utf8');
  const withMeasured = replaceBetween(text, 'measured', measuredTables(measured));
  return [{ path: 'docs/scale.md', text: replaceBetween(withMeasured, 'cost', costTable()) }];
}

/** docs/deploy.md: the bill between its markers; what it assumes stands in docs/scale.md. */
export function deployPage(root: string): GeneratedFile[] {
  const page = join(root, 'docs', 'deploy.md');
  if (!existsSync(page)) return [];
  return [{ path: 'docs/deploy.md', text: replaceBetween(readFileSync(page, 'utf8'), 'cost', monthlyBill()) }];
}
