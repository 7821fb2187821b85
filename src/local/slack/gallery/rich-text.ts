import type { RichTextSection } from '@slack/types';
import type { BlockChapter } from './example.ts';

const line = (text: string): RichTextSection => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });

export const richText: BlockChapter = {
  type: 'rich_text',
  examples: [
    {
      title: 'every run of text',
      surface: 'message',
      block: {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Plain, ' },
              { type: 'text', text: 'bold', style: { bold: true } },
              { type: 'text', text: ', ' },
              { type: 'text', text: 'italic', style: { italic: true } },
              { type: 'text', text: ', ' },
              { type: 'text', text: 'struck', style: { strike: true } },
              { type: 'text', text: ', ' },
              { type: 'text', text: 'code', style: { code: true } },
              { type: 'text', text: ', ' },
              { type: 'link', url: 'https://docs.slack.dev', text: 'a link', style: { bold: true } },
              { type: 'text', text: ' ' },
              { type: 'emoji', name: 'rotating_light' },
              { type: 'text', text: '\n' },
              { type: 'user', user_id: 'U0OMAR' },
              { type: 'text', text: ' in ' },
              { type: 'channel', channel_id: 'C0DBALERTS' },
              { type: 'text', text: ' told ' },
              { type: 'usergroup', usergroup_id: 'S0DBA' },
              { type: 'text', text: ' and ' },
              { type: 'broadcast', range: 'here' },
              { type: 'text', text: ' at ' },
              { type: 'date', timestamp: 1_790_000_000, format: '{date_short} {time}', fallback: '02:13 UTC' },
              { type: 'text', text: '; the line is ' },
              { type: 'color', value: '#2bac76' },
            ],
          },
        ],
      },
    },
    {
      title: 'lists, quote and code',
      surface: 'message',
      block: {
        type: 'rich_text',
        elements: [
          { type: 'rich_text_list', style: 'bullet', indent: 0, elements: [line('Primary'), line('Replicas')] },
          { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [line('orders-db-2'), line('orders-db-3')] },
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [line('Fence the primary'), line('Promote the replica')],
          },
          { type: 'rich_text_quote', elements: [{ type: 'text', text: 'Nothing was lost.' }] },
          {
            type: 'rich_text_preformatted',
            border: 0,
            elements: [{ type: 'text', text: 'UPDATE orders\n   SET status = $1\n WHERE id = $2;' }],
          },
        ],
      },
    },
  ],
};
