import { mrkdwn, PICTURES, plain } from './example.ts';
import type { BlockChapter } from './example.ts';

export const header: BlockChapter = {
  type: 'header',
  examples: [
    {
      title: 'one line',
      surface: 'message',
      block: { type: 'header', text: plain(':red_circle: orders-db is behind') },
    },
  ],
};

export const section: BlockChapter = {
  type: 'section',
  examples: [
    {
      title: 'mrkdwn',
      surface: 'message',
      block: {
        type: 'section',
        text: mrkdwn(
          '*Bold*, _italic_, ~struck~, `code` and <https://docs.slack.dev|a link>.\n' +
            '<@U0OMAR> in <#C0DBALERTS>, <!here>, since <!date^1790000000^{date_short_pretty} {time}|02:13 UTC>\n' +
            '> Quoted: 41 sessions wait for one lock.\n' +
            '• first\n• second\n```SELECT pid, state\nFROM pg_stat_activity;```',
        ),
      },
    },
    {
      title: 'with fields',
      surface: 'message',
      block: {
        type: 'section',
        text: mrkdwn('*orders-db* · PostgreSQL 18'),
        fields: [
          mrkdwn('*Primary*\norders-db-1'),
          mrkdwn('*Replica*\norders-db-2, 94 s behind'),
          mrkdwn('*Connections*\n57 of 100'),
          plain('Disk full in 9 h'),
        ],
      },
    },
    {
      title: 'with a button',
      surface: 'message',
      block: {
        type: 'section',
        text: mrkdwn('*pid 2211* blocks 41 sessions, the oldest for 6 minutes.'),
        accessory: { type: 'button', action_id: 'tree', text: plain('Show tree'), value: '2211' },
      },
    },
    {
      title: 'with an image',
      surface: 'message',
      block: {
        type: 'section',
        text: mrkdwn('*orders-db*\nSelf-managed, eu-central-1\nLast proven restore 3 days ago'),
        accessory: { type: 'image', image_url: `${PICTURES}database.svg`, alt_text: 'A database' },
      },
    },
  ],
};

export const context: BlockChapter = {
  type: 'context',
  examples: [
    {
      title: 'image and text',
      surface: 'message',
      block: {
        type: 'context',
        elements: [
          { type: 'image', image_url: `${PICTURES}database.svg`, alt_text: 'orders-db' },
          mrkdwn('*orders-db* · 33 of 34 checks answered · 1 needs `GRANT pg_read_all_stats`'),
          plain('looked 12 s ago'),
        ],
      },
    },
  ],
};

export const divider: BlockChapter = {
  type: 'divider',
  examples: [{ title: 'a line', surface: 'message', block: { type: 'divider' } }],
};

export const markdown: BlockChapter = {
  type: 'markdown',
  examples: [
    {
      title: 'the common parts',
      surface: 'message',
      block: {
        type: 'markdown',
        text: [
          '## What happened',
          'At **02:13** the replica fell behind. It was *not* the network; see [the runbook](https://docs.slack.dev).',
          '',
          '1. The slot kept `3.1 GB` of WAL',
          '2. ~~The disk was full~~',
          '',
          '- [x] look at the slot',
          '- [ ] resize the disk',
          '',
          '> Nobody was paged twice.',
          '',
          '| Member | Lag | State |',
          '|:--|--:|:-:|',
          '| orders-db-1 | 0 s | primary |',
          '| orders-db-2 | 94 s | replica |',
          '',
          '```sql',
          'SELECT slot_name, wal_status FROM pg_replication_slots;',
          '```',
        ].join('\n'),
      },
    },
  ],
};
