import type { ModalView } from '@slack/types';
import { expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import { elementState } from '../../../src/local/slack/door/element-state.ts';
import { CHANNEL, formOf, payloadOf, startWorkspace } from './workspace.ts';
import type { Door } from './workspace.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const option = (value: string) => ({ text: plain(value), value });
const search = { type: 'external_select', action_id: 'query', min_query_length: 0 } as const;
const FORM: ModalView = {
  type: 'modal',
  title: plain('Queries'),
  submit: plain('Go'),
  blocks: [
    { type: 'input', block_id: 'query', label: plain('Query'), element: search },
    {
      type: 'input',
      block_id: 'tables',
      label: plain('Tables'),
      element: { type: 'multi_static_select', action_id: 'tables', options: ['a,b', 'c'].map(option) },
    },
  ],
};

/** An app whose menu offers what contains the query, and which opens a form for any command. */
function menuApp(offered: readonly object[]) {
  const payloads: Record<string, never>[] = [];
  const triggers: string[] = [];
  const door: Door = async (event: FunctionUrlEvent) => {
    triggers.push(formOf(event).get('trigger_id') ?? '');
    const payload = payloadOf(event);
    if (payload['type'] === undefined) return { statusCode: 200, body: '' };
    payloads.push(payload);
    const isQuestion = payload['type'] === 'block_suggestion';
    return { statusCode: 200, body: isQuestion ? JSON.stringify({ options: offered }) : '' };
  };
  return { door, payloads, triggers };
}

async function openForm(offered: readonly object[]) {
  const app = menuApp(offered);
  const { client, slack } = await startWorkspace({ door: app.door });
  await slack.command('omar', CHANNEL, '/db');
  await client.views.open({ trigger_id: app.triggers[0] ?? '', view: FORM });
  const { id: viewId } = await slack.waitForView('U0OMAR');
  return { slack, viewId, payloads: app.payloads };
}

test('a menu with an external source asks the app, and what it offered can be submitted', async () => {
  const { slack, viewId, payloads } = await openForm([option('q-17'), option('q-18')]);
  const menu = { user: 'omar', viewId, actionId: 'query', query: 'q-1' };
  await expect(slack.suggest(menu)).resolves.toEqual({ options: [option('q-17'), option('q-18')] });
  expect(payloads[0]).toMatchObject({
    type: 'block_suggestion',
    action_id: 'query',
    block_id: 'query',
    value: 'q-1',
    container: { type: 'view', view_id: viewId },
  });
  await slack.submit({ user: 'omar', viewId, values: { query: 'q-18', tables: '["a,b"]' } });
  expect(payloads[1]).toMatchObject({
    view: {
      state: {
        values: {
          query: { query: { type: 'external_select', selected_option: option('q-18') } },
          tables: { tables: { selected_options: [option('a,b')] } },
        },
      },
    },
  });
});

test('what the app never offered cannot be chosen', async () => {
  const { slack, viewId, payloads } = await openForm([option('q-17')]);
  await slack.submit({ user: 'omar', viewId, values: { query: 'q-99', tables: 'c' } });
  expect(payloads[0]).toMatchObject({ view: { state: { values: { query: { query: { selected_option: null } } } } } });
});

test('options that Slack would not show are refused', async () => {
  const many = Array.from({ length: 101 }, (_, index) => option(`q-${index}`));
  const { slack, viewId } = await openForm(many);
  await expect(slack.suggest({ user: 'omar', viewId, actionId: 'query', query: '' })).resolves.toEqual({
    error: 'invalid_options',
  });
});

test('a click carries what the other elements of the message hold', async () => {
  const app = menuApp([]);
  const { client, slack } = await startWorkspace({ door: app.door });
  const elements = [
    {
      type: 'static_select',
      action_id: 'member',
      options: ['db-1', 'db-2'].map(option),
      initial_option: option('db-1'),
    },
    { type: 'checkboxes', action_id: 'tell', options: ['channel', 'owner'].map(option) },
    { type: 'button', action_id: 'go', text: plain('Go') },
  ];
  const blocks = [{ type: 'actions', block_id: 'how', elements }];
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'how', blocks });
  await slack.click({ user: 'omar', messageTs: ts ?? '', actionId: 'go', values: { 'how/tell': '["owner"]' } });
  expect(app.payloads[0]).toMatchObject({
    actions: [{ type: 'button', action_id: 'go' }],
    state: {
      values: {
        how: { member: { selected_option: option('db-1') }, tell: { selected_options: [option('owner')] } },
      },
    },
  });
});

test.each<[object, string | undefined, object]>([
  [{ type: 'datetimepicker' }, '1790000000', { selected_date_time: 1_790_000_000 }],
  [{ type: 'datepicker' }, '2026-11-25', { selected_date: '2026-11-25' }],
  [{ type: 'timepicker' }, '', { selected_time: null }],
  [{ type: 'multi_users_select' }, 'U0ADA,U0BEN', { selected_users: ['U0ADA', 'U0BEN'] }],
  [{ type: 'conversations_select' }, CHANNEL, { selected_conversation: CHANNEL }],
  [{ type: 'file_input' }, '["F1"]', { files: [{ id: 'F1' }] }],
  [{ type: 'number_input' }, '5', { value: '5' }],
  [{ type: 'icon_button', icon: 'trash', value: 'r1' }, undefined, { icon: 'trash', value: 'r1' }],
  [
    {
      type: 'feedback_buttons',
      positive_button: { text: plain('Yes'), value: 'good' },
      negative_button: { text: plain('No'), value: 'bad' },
    },
    'bad',
    { text: plain('No'), value: 'bad' },
  ],
])('a payload carries the value of %j given %j', (element, value, expected) => {
  expect(elementState(element as { type: string }, value)).toMatchObject(expected);
});
