import { expect, test } from 'vitest';
import type { KnownBlock } from '@slack/types';
import type { Json } from '../../../src/core/json.ts';
import { problemsOfBlocks, problemsOfView, slackWords } from '../../../src/local/slack/validate-blocks.ts';
import { renderedCharacters } from '../../../src/local/slack/validate-tables.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;
const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const button = (actionId: string) => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text: 'Go' },
});
const words = (blocks: Json): string[] => problemsOfBlocks(blocks, 'message').map(slackWords);

test.each<[string, Json, string]>([
  [
    'a section of 3001 characters',
    [section('x'.repeat(3001))],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  ['an empty section', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['a section without text', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
  [
    '51 blocks',
    Array.from({ length: 51 }, () => ({ type: 'divider' })),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  ['a block type nobody knows', [{ type: 'hologram' }], 'unsupported type: hologram [json-pointer:/blocks/0/type]'],
  [
    'a header of 151 characters',
    [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'an overflow menu of six',
    [
      {
        ...section('x'),
        accessory: { type: 'overflow', action_id: 'more', options: ['a', 'b', 'c', 'd', 'e', 'f'].map(option) },
      },
    ],
    'no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]',
  ],
  [
    'a button value of 2001 characters',
    [{ type: 'actions', elements: [{ ...button('a'), value: 'x'.repeat(2001) }] }],
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'two buttons of one action_id',
    [{ type: 'actions', elements: [button('a'), button('a')] }],
    '`action_id` already exists for another element: a [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'an empty table cell',
    [{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }],
    'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
  ],
  [
    'a data table with an uneven row',
    [
      {
        type: 'data_table',
        caption: 'Locks',
        rows: [
          [{ type: 'raw_text', text: 'pid' }],
          [
            { type: 'raw_text', text: '1' },
            { type: 'raw_text', text: '2' },
          ],
        ],
      },
    ],
    'must have 1 cells like the header [json-pointer:/blocks/0/rows/1]',
  ],
  [
    'a block inside a container',
    [{ type: 'container', title: { type: 'plain_text', text: 'Evidence' }, child_blocks: [section('')] }],
    'must be more than 0 characters [json-pointer:/blocks/0/child_blocks/0/text/text]',
  ],
  [
    'an alert in a message',
    [{ type: 'alert', text: { type: 'plain_text', text: 'x' } }],
    'unsupported block in message: alert [json-pointer:/blocks/0]',
  ],
])('refuses %s where it is', (_name, blocks, expected) => {
  expect(words(blocks)).toContain(expected);
});

test('accepts what is exactly at the limit', () => {
  expect(
    words([section('x'.repeat(3000)), { type: 'actions', elements: [{ ...button('a'), value: 'x'.repeat(2000) }] }]),
  ).toEqual([]);
});

test('accepts a plan of task cards, a container and a native chart', () => {
  const task = { type: 'task_card', task_id: 'look', title: 'Look', status: 'in_progress' };
  const data = [{ label: '02:00', value: 1 }];
  const axis_config = { categories: ['02:00'] };
  const blocks = [
    { type: 'plan', title: 'health of shop-db', tasks: [task] },
    { type: 'container', title: { type: 'plain_text', text: 'Evidence' }, child_blocks: [section('tree')] },
    { type: 'data_visualization', title: 'Lag', chart: { type: 'line', series: [{ name: 'lag', data }], axis_config } },
  ];
  expect(words(blocks)).toEqual([]);
});

test('a modal needs a title of 24 characters at most, and a submit button when it has inputs', () => {
  const input = {
    type: 'input',
    label: { type: 'plain_text', text: 'Target' },
    element: { type: 'plain_text_input', action_id: 'target' },
  };
  const view = { type: 'modal', title: { type: 'plain_text', text: 'x'.repeat(25) }, blocks: [input] };
  expect(problemsOfView(view).map(slackWords)).toEqual([
    'missing required field: submit [json-pointer:/view]',
    'must be less than 25 characters [json-pointer:/view/title/text]',
  ]);
});

test('counts what a reader sees, not the structure', () => {
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'abc' }]] };
  expect(renderedCharacters([section('12345'), table, { type: 'plan', title: 'xy', tasks: [] }])).toBe(10);
});

test('the official client gets the pointers with invalid_blocks', async () => {
  const { client } = await startWorkspace();
  const blocks: KnownBlock[] = [section('x'.repeat(3001))];
  const errors = ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'];
  await expect(client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks })).rejects.toMatchObject({
    data: { ok: false, error: 'invalid_blocks', errors, response_metadata: { messages: [`[ERROR] ${errors[0]}`] } },
  });
});

test('more than 13,200 characters in all blocks are refused with msg_blocks_too_long', async () => {
  const { client } = await startWorkspace();
  const blocks = (count: number) => Array.from({ length: count }, () => section('x'.repeat(2640)));
  await expect(client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: blocks(5) })).resolves.toMatchObject({
    ok: true,
  });
  await expect(client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: blocks(6) })).rejects.toThrow(
    'msg_blocks_too_long',
  );
});

test('a second table in a message is refused', async () => {
  const { client } = await startWorkspace();
  const table: KnownBlock = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };
  const post = client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: [table, table] });
  await expect(post).rejects.toMatchObject({
    data: { error: 'invalid_attachments', errors: ['only_one_table_allowed'] },
  });
});

test('a block type that is not rolled out yet is refused as if it did not exist', async () => {
  const { client, slack } = await startWorkspace();
  slack.faults.set({ unknownBlocks: ['plan'] });
  const blocks: KnownBlock[] = [{ type: 'plan', title: 'health', tasks: [] }];
  await expect(client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks })).rejects.toThrow('invalid_blocks');
});

test('blocks.validate names the faults without posting', async () => {
  const { client, slack } = await startWorkspace();
  const blocks = JSON.stringify([section('')]);
  await expect(client.apiCall('blocks.validate', { blocks })).rejects.toMatchObject({
    data: { errors: [{ pointer: '/blocks/0/text/text' }] },
  });
  expect(slack.messages()).toEqual([]);
});
