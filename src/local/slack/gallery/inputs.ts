import type { InputBlockElement } from '@slack/types';
import { option, plain } from './example.ts';
import type { BlockChapter, BlockExample } from './example.ts';

const targets = [option('orders-db', 'orders-db'), option('shop-db', 'shop-db'), option('shop-cache', 'shop-cache')];

function field(title: string, label: string, element: InputBlockElement, hint?: string): BlockExample {
  const block = { type: 'input', label: plain(label), element } as const;
  return { title, surface: 'modal', block: hint === undefined ? block : { ...block, hint: plain(hint) } };
}

export const input: BlockChapter = {
  type: 'input',
  examples: [
    field(
      'one line of text',
      'Process id',
      { type: 'plain_text_input', action_id: 'pid', placeholder: plain('2211') },
      'The pid from the lock tree',
    ),
    field('several lines', 'Reason', { type: 'plain_text_input', action_id: 'why', multiline: true, max_length: 300 }),
    field('a number', 'Loss limit in seconds', {
      type: 'number_input',
      action_id: 'loss',
      is_decimal_allowed: false,
      min_value: '0',
      max_value: '60',
      initial_value: '5',
    }),
    field('an e-mail address', 'Owner', {
      type: 'email_text_input',
      action_id: 'owner',
      placeholder: plain('a@b.example'),
    }),
    field('an address', 'Dashboard', { type: 'url_text_input', action_id: 'link', placeholder: plain('https://…') }),
    field('a menu', 'Target', { type: 'static_select', action_id: 'target', options: targets }),
    field('a menu of several', 'Targets', {
      type: 'multi_static_select',
      action_id: 'targets',
      options: targets,
      max_selected_items: 2,
    }),
    field('people', 'Approvers', { type: 'multi_users_select', action_id: 'approvers' }),
    field('queries of the app', 'Queries', {
      type: 'multi_external_select',
      action_id: 'queries',
      min_query_length: 1,
    }),
    field('channels', 'Tell', { type: 'multi_channels_select', action_id: 'tell' }),
    field('conversations', 'Copy to', { type: 'multi_conversations_select', action_id: 'copy' }),
    field('a channel', 'Channel', { type: 'conversations_select', action_id: 'channel' }),
    field('a day', 'Day', { type: 'datepicker', action_id: 'day' }),
    field('a time', 'Time', { type: 'timepicker', action_id: 'time' }),
    field('a moment', 'Not before', { type: 'datetimepicker', action_id: 'from' }),
    field('one of few', 'How', { type: 'radio_buttons', action_id: 'how', options: targets.slice(0, 2) }),
    field('any of few', 'Where', { type: 'checkboxes', action_id: 'where', options: targets }),
    field('formatted text', 'Note', { type: 'rich_text_input', action_id: 'note' }),
    field('files', 'Plan of the query', {
      type: 'file_input',
      action_id: 'plan',
      filetypes: ['json', 'txt'],
      max_files: 2,
    }),
  ],
};
