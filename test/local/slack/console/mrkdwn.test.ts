import { expect, test } from 'vitest';
import { parseInline, parseMrkdwn } from '../../../../src/local/slack/console/mrkdwn.ts';
import type { Inline } from '../../../../src/local/slack/console/mrkdwn.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

test.each<[string, Inline[]]>([
  [
    '*bold* and _italic_ and ~gone~',
    [
      { kind: 'bold', children: [text('bold')] },
      text(' and '),
      { kind: 'italic', children: [text('italic')] },
      text(' and '),
      { kind: 'strike', children: [text('gone')] },
    ],
  ],
  ['*_both_*', [{ kind: 'bold', children: [{ kind: 'italic', children: [text('both')] }] }]],
  ['`a *b* &lt;c&gt;`', [{ kind: 'code', text: 'a *b* <c>' }]],
  ['2*3*4 and snake_case_name', [text('2*3*4 and snake_case_name')]],
  ['&lt;b&gt; &amp;amp; &amp;lt;', [text('<b> &amp; &lt;')]],
  [':large_green_circle: at 14:22:05 :nosuch:', [text('🟢 at 14:22:05 :nosuch:')]],
  [
    '<https://example.com/a?b=1&amp;c=2|the &lt;page&gt;>',
    [{ kind: 'link', url: 'https://example.com/a?b=1&c=2', text: 'the <page>' }],
  ],
  ['<javascript:alert(1)|click>', [text('<javascript:alert(1)|click>')]],
  [
    '<@U0ADA> in <#C0DB|alerts>, <!here>',
    [
      { kind: 'user', id: 'U0ADA', text: '' },
      text(' in '),
      { kind: 'channel', id: 'C0DB', text: 'alerts' },
      text(', '),
      { kind: 'broadcast', text: '@here' },
    ],
  ],
  [
    '<!date^1790000000^{time}|14:13 UTC>',
    [{ kind: 'date', unixSeconds: 1_790_000_000, format: '{time}', text: '14:13 UTC' }],
  ],
])('reads %s', (source, expected) => {
  expect(parseInline(source)).toEqual(expected);
});

test('keeps lines, quotes and fenced code apart', () => {
  expect(parseMrkdwn('one\ntwo\n>said\n```\nselect *from* t\n```\nafter')).toEqual([
    { kind: 'lines', lines: [[text('one')], [text('two')]] },
    { kind: 'quote', lines: [[text('said')]] },
    { kind: 'pre', text: 'select *from* t' },
    { kind: 'lines', lines: [[text('after')]] },
  ]);
});
