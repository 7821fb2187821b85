import type { CardBlock } from '@slack/types';
import { mrkdwn, PICTURES, plain } from './example.ts';
import type { BlockChapter } from './example.ts';

const icon = { type: 'image', image_url: `${PICTURES}database.svg`, alt_text: 'A database' } as const;

function cardOf(name: string, subtitle: string, body: string): CardBlock {
  return {
    type: 'card',
    icon,
    title: mrkdwn(`*${name}*`),
    subtitle: mrkdwn(subtitle),
    body: mrkdwn(body),
    actions: [{ type: 'button', action_id: `health-${name}`, text: plain('Health'), value: name }],
  };
}

export const card: BlockChapter = {
  type: 'card',
  examples: [
    {
      title: 'with a hero image',
      surface: 'message',
      block: {
        ...cardOf('orders-db', 'PostgreSQL 18, production', 'Replica *94 s behind*, disk full in 9 h.'),
        hero_image: { type: 'image', image_url: `${PICTURES}lag.svg`, alt_text: 'The lag rises from 0 s to 94 s' },
      },
    },
  ],
};

export const carousel: BlockChapter = {
  type: 'carousel',
  examples: [
    {
      title: 'three cards',
      surface: 'message',
      block: {
        type: 'carousel',
        elements: [
          cardOf('orders-db', 'PostgreSQL 18, production', 'Replica *94 s behind*, disk full in 9 h.'),
          cardOf('shop-db', 'PostgreSQL 18, production', 'Healthy. 34 of 34 checks.'),
          cardOf('shop-cache', 'Redis 8, production', 'Healthy. 18 of 18 checks.'),
        ],
      },
    },
  ],
};

export const alert: BlockChapter = {
  type: 'alert',
  examples: (['default', 'info', 'warning', 'error', 'success'] as const).map((level) => ({
    title: level,
    surface: 'modal',
    block: { type: 'alert', level, text: mrkdwn(`*${level}*: what is planned interrupts 41 sessions.`) },
  })),
};

export const container: BlockChapter = {
  type: 'container',
  examples: [
    {
      title: 'folds',
      surface: 'message',
      block: {
        type: 'container',
        title: plain('Evidence'),
        subtitle: mrkdwn('2 of 41 sessions'),
        icon,
        is_collapsible: true,
        child_blocks: [
          { type: 'section', text: mrkdwn('*pid 2211* `billing`\nidle in transaction for 14 m') },
          { type: 'divider' },
          { type: 'section', text: mrkdwn('*pid 2290* `checkout`\nwaits for pid 2211 since 6 m') },
          { type: 'actions', elements: [{ type: 'button', action_id: 'tree', text: plain('Show all 41') }] },
        ],
      },
    },
    {
      title: 'does not fold',
      surface: 'message',
      block: {
        type: 'container',
        title: plain('Proven restore'),
        has_header_divider: true,
        width: 'narrow',
        child_blocks: [{ type: 'context', elements: [mrkdwn('3 days ago, 41 GB in 6 min 12 s')] }],
      },
    },
  ],
};
