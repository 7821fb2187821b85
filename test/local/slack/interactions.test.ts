import { expect, test } from 'vitest';
import type { KnownBlock, ModalView } from '@slack/types';
import type { FunctionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import { CHANNEL, formOf, payloadOf, startWorkspace } from './workspace.ts';
import type { Door } from './workspace.ts';

const blocks: KnownBlock[] = [
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        value: 'run-1',
        text: { type: 'plain_text', text: 'Approve' },
        style: 'primary',
      },
      { type: 'overflow', action_id: 'mute', options: [{ text: { type: 'plain_text', text: '4 h' }, value: '4h' }] },
    ],
  },
];

const modal: ModalView = {
  type: 'modal',
  callback_id: 'end',
  private_metadata: 'run-1',
  title: { type: 'plain_text', text: 'End a session' },
  submit: { type: 'plain_text', text: 'Plan it' },
  blocks: [
    {
      type: 'input',
      block_id: 'target',
      label: { type: 'plain_text', text: 'Target' },
      element: { type: 'plain_text_input', action_id: 'target' },
    },
    {
      type: 'input',
      block_id: 'why',
      optional: true,
      label: { type: 'plain_text', text: 'Why' },
      element: { type: 'plain_text_input', action_id: 'why', initial_value: 'it blocks' },
    },
  ],
};

function recording(answer: object | string = ''): { door: Door; events: FunctionUrlEvent[] } {
  const events: FunctionUrlEvent[] = [];
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const door: Door = async (event) => {
    events.push(event);
    return { statusCode: 200, body };
  };
  return { door, events };
}

async function triggerFrom(events: readonly FunctionUrlEvent[]): Promise<string> {
  return formOf(events.at(-1) as FunctionUrlEvent).get('trigger_id') ?? '';
}

test('a click carries the message, its channel, the value and a response_url', async () => {
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door });
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'plan', blocks });
  await expect(slack.click({ user: 'ada', messageTs: ts ?? '', actionId: 'approve' })).resolves.toEqual({ ok: true });
  expect(payloadOf(events[0] as FunctionUrlEvent)).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0ADA', username: 'ada' },
    container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
    channel: { id: CHANNEL, name: 'database-alerts' },
    message: { ts, text: 'plan' },
    actions: [{ type: 'button', action_id: 'approve', block_id: 'decide', value: 'run-1', style: 'primary' }],
    response_url: expect.stringContaining('/respond/'),
  });
});

test('a choice of an overflow menu carries the option', async () => {
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door });
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'plan', blocks });
  await slack.click({ user: 'ada', messageTs: ts ?? '', actionId: 'mute', value: '4h' });
  expect(payloadOf(events[0] as FunctionUrlEvent)).toMatchObject({
    actions: [{ type: 'overflow', selected_option: { value: '4h' } }],
  });
});

test('what is not there cannot be clicked', async () => {
  const { client, slack } = await startWorkspace();
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'plan', blocks });
  await expect(slack.click({ user: 'ada', messageTs: ts ?? '', actionId: 'refuse' })).resolves.toEqual({
    error: 'action_not_found',
  });
  await expect(slack.click({ user: 'ada', messageTs: '1.000001', actionId: 'approve' })).resolves.toEqual({
    error: 'message_not_found',
  });
});

test('a trigger opens one modal, once, within three seconds', async () => {
  let now = 1_790_000_000_000;
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door, clock: () => now, acknowledgeWithinMs: 3000 });
  await slack.command('omar', CHANNEL, '/db end');
  const trigger_id = await triggerFrom(events);
  await expect(client.views.open({ trigger_id, view: modal })).resolves.toMatchObject({ ok: true });
  await expect(client.views.open({ trigger_id, view: modal })).rejects.toThrow('exchanged_trigger_id');
  await slack.command('omar', CHANNEL, '/db end');
  now += 3001;
  await expect(client.views.open({ trigger_id: await triggerFrom(events), view: modal })).rejects.toThrow(
    'expired_trigger_id',
  );
  await expect(client.views.open({ trigger_id: 'made up', view: modal })).rejects.toThrow('invalid_trigger_id');
});

test('a submission carries every value and closes the modal', async () => {
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door });
  await slack.command('omar', CHANNEL, '/db end');
  await client.views.open({ trigger_id: await triggerFrom(events), view: modal });
  const view = await slack.waitForView('U0OMAR');
  await expect(slack.submit({ user: 'omar', viewId: view.id, values: { target: 'shop-db' } })).resolves.toEqual({
    closed: true,
  });
  expect(payloadOf(events.at(-1) as FunctionUrlEvent)).toMatchObject({
    type: 'view_submission',
    view: {
      callback_id: 'end',
      private_metadata: 'run-1',
      state: {
        values: {
          target: { target: { type: 'plain_text_input', value: 'shop-db' } },
          why: { why: { value: 'it blocks' } },
        },
      },
    },
  });
});

test('a required field that is empty is not sent', async () => {
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door });
  await slack.command('omar', CHANNEL, '/db end');
  await client.views.open({ trigger_id: await triggerFrom(events), view: modal });
  const view = await slack.waitForView('U0OMAR');
  const result = await slack.submit({ user: 'omar', viewId: view.id, values: {} });
  expect(result).toEqual({ errors: { target: 'Please complete this required field.' } });
  expect(events).toHaveLength(1);
});

test('errors in the answer keep the modal open, an update shows the next view', async () => {
  const answers = [
    {},
    { response_action: 'errors', errors: { target: 'no such target' } },
    { response_action: 'update', view: modal },
  ];
  let asked = 0;
  const events: FunctionUrlEvent[] = [];
  const door: Door = async (event) => {
    events.push(event);
    const body = asked === 0 ? '' : JSON.stringify(answers[asked]);
    asked += 1;
    return { statusCode: 200, body };
  };
  const { client, slack } = await startWorkspace({ door });
  await slack.command('omar', CHANNEL, '/db end');
  await client.views.open({ trigger_id: await triggerFrom(events), view: modal });
  const { id } = await slack.waitForView('U0OMAR');
  const submit = () => slack.submit({ user: 'omar', viewId: id, values: { target: 'shop-dbb' } });
  await expect(submit()).resolves.toEqual({ errors: { target: 'no such target' } });
  await expect(submit()).resolves.toMatchObject({ view: { id } });
});

test('a modal with a fault is refused with its pointer and the trigger stays good', async () => {
  const { door, events } = recording();
  const { client, slack } = await startWorkspace({ door });
  await slack.command('omar', CHANNEL, '/db end');
  const trigger_id = await triggerFrom(events);
  const title = { type: 'plain_text', text: 'x'.repeat(25) } as const;
  await expect(client.views.open({ trigger_id, view: { ...modal, title } })).rejects.toMatchObject({
    data: { error: 'invalid_arguments', errors: ['must be less than 25 characters [json-pointer:/view/title/text]'] },
  });
  await expect(client.views.open({ trigger_id, view: modal })).resolves.toMatchObject({ ok: true });
});

test('an update with a stale hash is refused', async () => {
  const { client, slack } = await startWorkspace();
  const view = { type: 'home', blocks } as const;
  const first = await client.views.publish({ user_id: 'U0VERA', view });
  await client.views.publish({ user_id: 'U0VERA', view });
  const hash = first.view?.hash ?? '';
  await expect(client.views.publish({ user_id: 'U0VERA', view, hash })).rejects.toThrow('hash_conflict');
  await expect(slack.click({ user: 'vera', viewId: first.view?.id ?? '', actionId: 'approve' })).resolves.toEqual({
    ok: true,
  });
});
