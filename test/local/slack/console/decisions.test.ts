import { expect, test } from 'vitest';
import { compactJson } from '../../../../src/local/slack/console/compact-json.ts';
import { chartOf, ticksFor, wordsOf } from '../../../../src/local/slack/console/blocks/chart-data.ts';
import { afterChoice, matching } from '../../../../src/local/slack/console/blocks/menu-choices.ts';
import { outgoingText } from '../../../../src/local/slack/console/outgoing.ts';
import { stepOf } from '../../../../src/local/slack/console/arrow-keys.ts';

test.each<[readonly number[], readonly number[]]>([
  [
    [0, 94],
    [0, 25, 50, 75, 100],
  ],
  [
    [3, 7],
    [0, 2, 4, 6, 8],
  ],
  [
    [-3, 9],
    [-5, 0, 5, 10],
  ],
  [
    [0.2, 0.31],
    [0, 0.1, 0.2, 0.3, 0.4],
  ],
  [
    [0, 0],
    [0, 0.25, 0.5, 0.75, 1],
  ],
])('the axis of %j has round numbers', (values, ticks) => {
  expect(ticksFor(values)).toEqual(ticks);
});

test('values go by category, whatever their order, and are told in words', () => {
  const points = [
    { label: 'b', value: 2 },
    { label: 'a', value: 1 },
  ];
  const chart = chartOf({
    chart: { type: 'bar', series: [{ name: 'lag', data: points }], axis_config: { categories: ['a', 'b'] } },
  });
  expect(chart).toMatchObject({ kind: 'bar', series: [{ name: 'lag', values: [1, 2] }] });
  expect(wordsOf(chart)).toBe('lag: a 1, b 2');
});

test('a menu of several takes, gives back, and holds no more than it may', () => {
  const element = { type: 'multi_static_select', max_selected_items: 2 };
  expect(afterChoice(element, undefined, 'a')).toBe('["a"]');
  expect(afterChoice(element, '["a"]', 'b')).toBe('["a","b"]');
  expect(afterChoice(element, '["a","b"]', 'a')).toBe('["b"]');
  expect(afterChoice(element, '["a","b"]', 'c')).toBeUndefined();
  expect(afterChoice({ type: 'static_select' }, 'a', 'b')).toBe('b');
});

test('a search finds words of the label and of the description', () => {
  const choice = { value: 'o', label: 'orders-db', description: 'PostgreSQL', group: '' };
  expect(matching([choice], ' POSTGRES ')).toEqual([choice]);
  expect(matching([choice], 'redis')).toEqual([]);
});

test('arrows go round', () => {
  expect([stepOf('ArrowDown', 2, 3), stepOf('ArrowUp', 0, 3), stepOf('End', 0, 3), stepOf('a', 0, 3)]).toEqual([
    0,
    2,
    2,
    undefined,
  ]);
  expect(stepOf('ArrowDown', 0, 0)).toBeUndefined();
});

test('what is typed leaves as Slack sends it', () => {
  const people = [
    { id: 'U1', name: 'Ada' },
    { id: 'U2', name: 'Ada Adler' },
  ];
  const names = { user: String, channel: String, users: people, channels: [], bot: 'Nightshift', botId: 'U0' };
  expect(outgoingText('@Nightshift tell @Ada Adler & @Ada: a < b', names)).toBe(
    '<@U0> tell <@U2> &amp; <@U1>: a &lt; b',
  );
});

test('JSON stays on a line where it fits', () => {
  const long = { type: 'section', text: { type: 'mrkdwn', text: 'more than one line of words' } };
  expect(compactJson({ type: 'divider' })).toBe('{ "type": "divider" }');
  expect(compactJson(long)).toBe(
    '{\n  "type": "section",\n  "text": {\n    "type": "mrkdwn",\n    "text": "more than one line of words"\n  }\n}',
  );
});
