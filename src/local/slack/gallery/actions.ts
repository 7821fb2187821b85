import { mrkdwn, option, plain } from './example.ts';
import type { BlockChapter } from './example.ts';

const targets = [option('orders-db', 'orders-db'), option('shop-db', 'shop-db'), option('shop-cache', 'shop-cache')];

export const actions: BlockChapter = {
  type: 'actions',
  examples: [
    {
      title: 'buttons, one with a question',
      surface: 'message',
      block: {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'approve', style: 'primary', text: plain('Approve'), value: 'run-1' },
          {
            type: 'button',
            action_id: 'end',
            style: 'danger',
            text: plain('End session…'),
            confirm: {
              title: plain('End pid 2211?'),
              text: mrkdwn('Its transaction is *rolled back*; 41 sessions go on.'),
              confirm: plain('End it'),
              deny: plain('Keep it'),
              style: 'danger',
            },
          },
          { type: 'button', action_id: 'runbook', text: plain('Runbook'), url: 'https://docs.slack.dev' },
          {
            type: 'workflow_button',
            action_id: 'hand-over',
            text: plain('Hand over'),
            workflow: { trigger: { url: 'https://slack.com/shortcuts/Ft0NIGHTSHIFT/1' } },
          },
          {
            type: 'overflow',
            action_id: 'mute',
            options: [option('Mute 4 h', '4h'), option('Mute 1 d', '1d'), option('Show the chart', 'chart')],
          },
        ],
      },
    },
    {
      title: 'menus',
      surface: 'message',
      block: {
        type: 'actions',
        elements: [
          { type: 'static_select', action_id: 'target', placeholder: plain('Choose a target'), options: targets },
          {
            type: 'static_select',
            action_id: 'member',
            placeholder: plain('Choose a member'),
            option_groups: [
              { label: plain('orders-db'), options: [option('orders-db-1', 'o1'), option('orders-db-2', 'o2')] },
              { label: plain('shop-cache'), options: [option('shop-cache-1', 's1')] },
            ],
          },
          { type: 'external_select', action_id: 'query', placeholder: plain('Search queries'), min_query_length: 2 },
          { type: 'users_select', action_id: 'who', placeholder: plain('Choose a person') },
          { type: 'channels_select', action_id: 'where', placeholder: plain('Choose a channel') },
          {
            type: 'multi_static_select',
            action_id: 'several',
            placeholder: plain('Several targets'),
            options: targets,
            initial_options: targets.slice(0, 2),
          },
        ],
      },
    },
    {
      title: 'days and times',
      surface: 'message',
      block: {
        type: 'actions',
        elements: [
          { type: 'datepicker', action_id: 'day', initial_date: '2026-11-25', placeholder: plain('Choose a day') },
          { type: 'timepicker', action_id: 'time', initial_time: '02:30', placeholder: plain('Choose a time') },
          { type: 'datetimepicker', action_id: 'moment', initial_date_time: 1_790_000_000 },
        ],
      },
    },
    {
      title: 'choices',
      surface: 'message',
      block: {
        type: 'actions',
        elements: [
          {
            type: 'radio_buttons',
            action_id: 'how',
            initial_option: { ...option('Wait for its end', 'wait'), description: plain('Nobody notices') },
            options: [
              { ...option('Wait for its end', 'wait'), description: plain('Nobody notices') },
              { ...option('Cancel the query', 'cancel'), description: plain('The application sees an error') },
            ],
          },
          {
            type: 'checkboxes',
            action_id: 'tell',
            options: [
              { text: mrkdwn('Tell *#database-alerts*'), value: 'channel' },
              { text: mrkdwn('Tell the owner'), value: 'owner', description: plain('by direct message') },
            ],
          },
        ],
      },
    },
  ],
};

export const contextActions: BlockChapter = {
  type: 'context_actions',
  examples: [
    {
      title: 'feedback and an icon',
      surface: 'message',
      block: {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'feedback',
            positive_button: { text: plain('Helpful'), accessibility_label: 'This helped', value: 'good' },
            negative_button: { text: plain('Not helpful'), accessibility_label: 'This did not help', value: 'bad' },
          },
          { type: 'icon_button', action_id: 'delete', icon: 'trash', text: plain('Delete'), value: 'report-1' },
        ],
      },
    },
  ],
};
