import type { RichTextBlock, TaskCardBlock } from '@slack/types';
import type { BlockChapter } from './example.ts';

const words = (text: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});

const fenced: TaskCardBlock = {
  type: 'task_card',
  task_id: 'fence',
  title: 'Fence the primary orders-db-1',
  status: 'complete',
  details: words('No writes since 02:13:07'),
  output: words('Last position 1/7C0011A8'),
  sources: [{ type: 'url', url: 'https://docs.slack.dev/reference/block-kit', text: 'runbook' }],
};

export const plan: BlockChapter = {
  type: 'plan',
  examples: [
    {
      title: 'every state',
      surface: 'message',
      block: {
        type: 'plan',
        title: 'Switch orders-db over',
        tasks: [
          fenced,
          { type: 'task_card', task_id: 'catch-up', title: 'Wait until the replica has it all', status: 'in_progress' },
          { type: 'task_card', task_id: 'promote', title: 'Promote orders-db-2', status: 'pending' },
          {
            type: 'task_card',
            task_id: 'pooler',
            title: 'Move the pooler',
            status: 'error',
            output: words('The pooler refused the password'),
          },
        ],
      },
    },
  ],
};

export const taskCard: BlockChapter = {
  type: 'task_card',
  examples: [{ title: 'with output and a source', surface: 'message', block: fenced }],
};
