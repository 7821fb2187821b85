import { expect, test } from 'vitest';
import { parseMarkdown, parseMarkdownInline } from '../../../../src/local/slack/console/markdown.ts';

test('reads headings, lists, tables, code and paragraphs', () => {
  const source =
    '# Locks\nTwo lines\nof one paragraph\n\n- one\n- two\n\n| pid | app |\n|---|---|\n| 1 | billing |\n\n```sql\nSELECT 1\n```\n---';
  expect(parseMarkdown(source)).toEqual([
    { kind: 'heading', text: 'Locks' },
    { kind: 'paragraph', text: 'Two lines of one paragraph' },
    { kind: 'list', ordered: false, items: [{ text: 'one' }, { text: 'two' }] },
    { kind: 'table', head: ['pid', 'app'], aligns: ['left', 'left'], rows: [['1', 'billing']] },
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

test('reads tasks, quotes and the alignment of columns', () => {
  expect(parseMarkdown('- [x] looked\n- [ ] resized\n> said\n> - once\n\n|a|b|c|\n|:--|:-:|--:|\n|1|2|3|')).toEqual([
    {
      kind: 'list',
      ordered: false,
      items: [
        { text: 'looked', checked: true },
        { text: 'resized', checked: false },
      ],
    },
    {
      kind: 'quote',
      parts: [
        { kind: 'paragraph', text: 'said' },
        { kind: 'list', ordered: false, items: [{ text: 'once' }] },
      ],
    },
    { kind: 'table', head: ['a', 'b', 'c'], aligns: ['left', 'center', 'right'], rows: [['1', '2', '3']] },
  ]);
});

test('signs inside of code are code', () => {
  expect(parseMarkdownInline('`a **b** *c*` *d*')).toEqual([
    { kind: 'code', text: 'a **b** *c*' },
    { kind: 'text', text: ' ' },
    { kind: 'italic', children: [{ kind: 'text', text: 'd' }] },
  ]);
});
