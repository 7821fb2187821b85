import type { KnownBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Door } from '../local/slack/workspace.ts';
import { CHANNEL, formOf } from '../local/slack/workspace.ts';

const button = (text: string, action_id: string, style?: 'primary' | 'danger') =>
  ({ type: 'button', action_id, text: { type: 'plain_text', text }, ...(style ? { style } : {}) }) as const;
const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });
const cell = (text: string) => ({ type: 'raw_text', text }) as const;
const number = (value: number) => ({ type: 'raw_number', value, text: String(value) }) as const;

export const BAD_DAY: KnownBlock[] = [
  section(':red_circle: *shop-db* 1 critical, 1 warning (was healthy at <!date^1790000000^{time}|02:00 UTC>)'),
  section(
    '*NEW critical* · 41 sessions wait for one lock: pid 2211 (app `billing`, idle in transaction 14 m) blocks 41, oldest 6 m.\n>Safest: end pid 2211’s transaction, the lock tree is in the thread.',
  ),
  { type: 'actions', elements: [button('Show tree', 'tree'), button('End session…', 'end', 'danger')] },
  section(
    '*WORSE warning* · replica shop-db-2 is 94 s behind (was 12 s); slot `shop_db_2` keeps 3.1 GB of WAL, disk for 9 h at this rate.',
  ),
  {
    type: 'actions',
    elements: [
      button('Chart', 'chart'),
      {
        type: 'overflow',
        action_id: 'mute',
        options: [
          { text: { type: 'plain_text', text: 'Mute 4 h' }, value: '4h' },
          { text: { type: 'plain_text', text: 'Mute 1 d' }, value: '1d' },
        ],
      },
    ],
  },
  {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: '33 of 34 checks answered · 1 needs `GRANT pg_read_all_stats`' }],
  },
];

export const PLAN: KnownBlock[] = [
  section(':hourglass_flowing_sand: *shop-db* health at work'),
  {
    type: 'plan',
    title: 'Health of shop-db',
    tasks: [
      { type: 'task_card', task_id: 'connect', title: 'Connect to shop-db-1 and shop-db-2', status: 'complete' },
      { type: 'task_card', task_id: 'ask', title: 'Ask 34 checks', status: 'in_progress' },
      { type: 'task_card', task_id: 'judge', title: 'Compare with the last report', status: 'pending' },
    ],
  },
];

export const EVIDENCE: KnownBlock[] = [
  {
    type: 'table',
    rows: [
      [cell('pid'), cell('application'), cell('state'), cell('waits')],
      [number(2211), cell('billing'), cell('idle in transaction'), cell('14 m')],
      [number(2290), cell('checkout'), cell('active'), cell('6 m')],
      [number(2304), cell('<script>alert(1)</script>'), cell('active'), cell('5 m')],
    ],
  },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: 'UPDATE orders SET status = $1 WHERE id = $2' }],
      },
    ],
  },
];

export const FORM: ModalView = {
  type: 'modal',
  title: { type: 'plain_text', text: 'End a session' },
  submit: { type: 'plain_text', text: 'Plan it' },
  blocks: [
    section('The plan is shown before anything happens.'),
    {
      type: 'input',
      block_id: 'target',
      label: { type: 'plain_text', text: 'Target' },
      element: {
        type: 'static_select',
        action_id: 'target',
        options: [{ text: { type: 'plain_text', text: 'shop-db' }, value: 'shop-db' }],
      },
    },
    {
      type: 'input',
      block_id: 'pid',
      label: { type: 'plain_text', text: 'Process id' },
      hint: { type: 'plain_text', text: 'The pid from the lock tree' },
      element: { type: 'plain_text_input', action_id: 'pid' },
    },
  ],
};

/** A small bot behind the door: it answers what the console's tests ask. */
export function sampleBot(client: () => WebClient): { door: Door; heard: string[] } {
  const heard: string[] = [];
  const door: Door = async (event) => {
    if (event.headers['content-type'] === 'application/json') return { statusCode: 200 };
    const form = formOf(event);
    const body = form.has('payload') ? await onPayload(client(), form, heard) : await onCommand(client(), form, heard);
    return { statusCode: 200, body };
  };
  return { door, heard };
}

async function onCommand(client: WebClient, form: URLSearchParams, heard: string[]): Promise<string> {
  const text = form.get('text') ?? '';
  heard.push(`${form.get('user_name')}: ${text}`);
  if (form.get('user_id') === 'U0EVE') return ':no_entry: You are in no role. Ask Ada Adler.';
  if (text.startsWith('end')) {
    await client.views.open({ trigger_id: form.get('trigger_id') ?? '', view: FORM });
    return '';
  }
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'working', blocks: PLAN });
  if (text.startsWith('slow')) return '';
  await client.chat.update({ channel: CHANNEL, ts: ts ?? '', text: 'shop-db: 1 critical, 1 warning', blocks: BAD_DAY });
  await client.chat.postMessage({ channel: CHANNEL, thread_ts: ts ?? '', text: 'Evidence', blocks: EVIDENCE });
  return '';
}

async function onPayload(client: WebClient, form: URLSearchParams, heard: string[]): Promise<string> {
  const payload = JSON.parse(form.get('payload') ?? '{}') as Payload;
  const { user } = payload;
  if ('view' in payload) return onSubmit(payload.view.state.values, user.username, heard);
  for (const action of payload.actions) {
    heard.push(`${user.username} pressed ${action.action_id} ${action.selected_option?.value ?? ''}`.trim());
    await client.chat.postEphemeral({ channel: CHANNEL, user: user.id, text: `You pressed *${action.action_id}*.` });
  }
  return '';
}

function onSubmit({ target, pid }: Values, username: string, heard: string[]): string {
  const id = pid?.['pid']?.value ?? '';
  if (!/^\d+$/.test(id))
    return JSON.stringify({ response_action: 'errors', errors: { pid: 'A process id is a number.' } });
  heard.push(`${username} submitted ${target?.['target']?.selected_option?.value} ${id}`);
  return '';
}

type State = { value?: string; selected_option?: { value: string } };
type Values = { target?: Record<string, State>; pid?: Record<string, State> };
type Payload = { user: { id: string; username: string } } & (
  | { actions: { action_id: string; selected_option?: { value: string } }[] }
  | { view: { state: { values: Values } } }
);
