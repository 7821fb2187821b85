import type { ActionsBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Door } from '../local/slack/workspace.ts';
import { formOf } from '../local/slack/workspace.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
export const option = (text: string, value: string) => ({ text: plain(text), value });
const targets = [option('Orders', 'orders-db'), option('Shop', 'shop-db'), option('Cache', 'shop-cache')];

/** A message with one element of each kind that chooses. */
export const MENUS: ActionsBlock = {
  type: 'actions',
  block_id: 'menus',
  elements: [
    { type: 'static_select', action_id: 'target', placeholder: plain('Choose a target'), options: targets },
    { type: 'external_select', action_id: 'query', placeholder: plain('Search queries'), min_query_length: 2 },
    { type: 'multi_static_select', action_id: 'several', placeholder: plain('Several'), options: targets },
    { type: 'users_select', action_id: 'who', placeholder: plain('Choose a person') },
    { type: 'datepicker', action_id: 'day', placeholder: plain('Choose a day') },
    { type: 'overflow', action_id: 'more', options: [option('Mute 4 h', '4h'), option('Mute 1 d', '1d')] },
    {
      type: 'button',
      action_id: 'end',
      text: plain('End session'),
      confirm: { title: plain('End it?'), text: plain('41 go on.'), confirm: plain('End it'), deny: plain('Keep it') },
    },
  ],
};

/** A form with every kind of field. */
export const FORM: ModalView = {
  type: 'modal',
  title: plain('Every field'),
  submit: plain('Send'),
  blocks: [
    field('target', 'Target', { type: 'static_select', action_id: 'a', options: targets }),
    field('several', 'Targets', {
      type: 'multi_static_select',
      action_id: 'a',
      options: targets,
      max_selected_items: 2,
    }),
    field('how', 'How', { type: 'radio_buttons', action_id: 'a', options: targets }),
    field('tell', 'Tell', { type: 'checkboxes', action_id: 'a', options: targets }),
    field('day', 'Day', { type: 'datepicker', action_id: 'a' }),
    field('time', 'Time', { type: 'timepicker', action_id: 'a' }),
    field('loss', 'Loss', { type: 'number_input', action_id: 'a', is_decimal_allowed: false }),
    field('why', 'Why', { type: 'plain_text_input', action_id: 'a', multiline: true }),
    field('plan', 'Plan', { type: 'file_input', action_id: 'a' }),
  ],
};

function field(block_id: string, label: string, element: object) {
  return { type: 'input', block_id, label: plain(label), element } as ModalView['blocks'][number];
}

export type Heard = {
  type: string;
  value?: string;
  actions?: readonly Record<string, unknown>[];
  view?: { state: { values: Record<string, { a?: Record<string, unknown> }> } };
};

/** An app that opens the form for any command, offers what begins as what was typed, and remembers all it heard. */
export function formBot(client: () => WebClient): { door: Door; heard: Heard[] } {
  const heard: Heard[] = [];
  const door: Door = async (event) => {
    const form = event.headers['content-type'] === 'application/json' ? undefined : formOf(event);
    if (!form?.has('payload')) {
      const trigger_id = form?.get('trigger_id');
      if (trigger_id) await client().views.open({ trigger_id, view: FORM });
      return { statusCode: 200, body: '' };
    }
    const payload = JSON.parse(form.get('payload') ?? '{}') as Heard;
    heard.push(payload);
    const words = `${payload.value} by calls`;
    const body = payload.type === 'block_suggestion' ? JSON.stringify({ options: [option(words, 'q-17')] }) : '';
    return { statusCode: 200, body };
  };
  return { door, heard };
}
