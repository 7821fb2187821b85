import type { RichTextBlock } from '@slack/types';
import type { BlockChapter } from './example.ts';

const text = (of: string) => ({ type: 'raw_text', text: of }) as const;
const number = (value: number, shown = String(value)) => ({ type: 'raw_number', value, text: shown }) as const;
const code = (of: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: of, style: { code: true } }] }],
});

export const table: BlockChapter = {
  type: 'table',
  examples: [
    {
      title: 'aligned columns',
      surface: 'message',
      block: {
        type: 'table',
        column_settings: [{ align: 'right' }, { align: 'left' }, { is_wrapped: true }, { align: 'center' }],
        rows: [
          [text('pid'), text('application'), text('waits for'), text('since')],
          [
            number(2211),
            code('billing'),
            text('nothing: idle in transaction, and 41 others wait for it'),
            text('14 m'),
          ],
          [number(2290), code('checkout'), text('pid 2211'), text('6 m')],
          [number(2304), code('checkout'), text('pid 2290'), text('5 m')],
        ],
      },
    },
  ],
};

const SIZES = [412, 260, 97, 41, 12, 8, 3];

export const dataTable: BlockChapter = {
  type: 'data_table',
  examples: [
    {
      title: 'pages, sorted by a click on a column',
      surface: 'message',
      block: {
        type: 'data_table',
        caption: 'Largest tables of orders-db',
        page_size: 4,
        row_header_column_index: 0,
        rows: [
          [text('Table'), text('Size'), text('Dead rows')],
          ...SIZES.map((size, index) => [
            text(`orders_2026_${String(index + 1).padStart(2, '0')}`),
            number(size, `${size} GB`),
            number((index * 37) % 23, `${(index * 37) % 23} %`),
          ]),
        ],
      },
    },
  ],
};
