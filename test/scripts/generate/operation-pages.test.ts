import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { operationPages } from '../../../scripts/generate/operation-pages.ts';
import { operations } from '../../cli/fixture.ts';

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'nightshift-pages-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

function pageOf(root: string, id: string): string {
  return operationPages(root, operations).find(({ path }) => path === `docs/operations/${id}.md`)?.text ?? '';
}

test('a page says how a verb is used, what it risks and who may', () => {
  const page = pageOf(emptyRoot(), 'end');
  expect(page).toContain('/db end <target> <pid> [reason]');
  expect(page).toContain('interrupts. Clients notice');
  expect(page).toContain('| `pid` | Process id | yes | 2211 |');
});

test('hand-written notes of a page are kept', () => {
  const root = emptyRoot();
  mkdirSync(join(root, 'docs/operations'), { recursive: true });
  const written = pageOf(root, 'end').replace(
    /(<!-- notes:start -->)[\s\S]*(<!-- notes:end -->)/,
    (_, start: string, end: string) => `${start}\nMind the $& pooler.\n${end}`,
  );
  writeFileSync(join(root, 'docs/operations/end.md'), written);
  expect(pageOf(root, 'end')).toBe(written);
  expect(written).toContain('pooler.');
});
