import { expect, test } from 'vitest';
import { parseMarkdown, parseMarkdownInline } from '../../../../src/local/slack/console/markdown.ts';

test('reads headings, lists, tables, code and paragraphs', () => {
  const source =
    '# Locks\nTwo lines\nof one paragraph\n\n- one\n- two\n\n| pid | app |\n|---|---|\n| 1 | billing |\n\n```sql\nSELECT 1\n```\n---';
  expect(parseMarkdown(source)).toEqual([
    { kind: 'heading', text: 'Locks' },
    { kind: 'paragraph', text: 'Two lines of one paragraph' },
    { kind: 'list', ordered: false, items: ['one', 'two'] },
    { kind: 'table', head: ['pid', 'app'], rows: [['1', 'billing']] },
    { kind: 'code', text: 'SELECT 1' },
    { kind: 'rule' },
  ]);
});

test('markup in Markdown stays text', () => {
  expect(parseMarkdownInline('**bold** <b> [page](https://example.com)')).toEqual([
    { kind: 'bold', children: [{ kind: 'text', text: 'bold' }] },
    { kind: 'text', text: ' <b> ' },
    { kind: 'link', url: 'https://example.com', text: 'page' },
  ]);
});
