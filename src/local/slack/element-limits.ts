import type { Limit } from './limits.ts';

const common: readonly Limit[] = [
  { at: 'action_id', max: 255 },
  { at: 'confirm.title.text', max: 100 },
  { at: 'confirm.text.text', max: 300 },
  { at: 'confirm.confirm.text', max: 30 },
  { at: 'confirm.deny.text', max: 30 },
  { at: 'placeholder.text', max: 150 },
];
const options = (at: string, max: number): readonly Limit[] => [
  { at, max, min: 1 },
  { at: `${at}[].text.text`, max: 75, min: 1 },
  { at: `${at}[].value`, max: 150 },
  { at: `${at}[].description.text`, max: 75 },
];
const feedback = (at: string): readonly Limit[] => [
  { at: `${at}.text.text`, max: 75, min: 1, required: true },
  { at: `${at}.value`, max: 2000, required: true },
  { at: `${at}.accessibility_label`, max: 75 },
];
const select = [...common, ...options('options', 100), { at: 'option_groups', max: 100 }];

/** Limits of block elements (https://docs.slack.dev/reference/block-kit/block-elements). */
export const ELEMENT_LIMITS: { readonly [type: string]: readonly Limit[] } = {
  button: [
    ...common,
    { at: 'text.text', max: 75, min: 1, required: true },
    { at: 'value', max: 2000 },
    { at: 'url', max: 3000 },
    { at: 'accessibility_label', max: 75 },
  ],
  overflow: [...common, ...options('options', 5)],
  static_select: select,
  multi_static_select: select,
  external_select: common,
  multi_external_select: common,
  users_select: common,
  multi_users_select: common,
  channels_select: common,
  multi_channels_select: common,
  conversations_select: common,
  multi_conversations_select: common,
  checkboxes: [...common, ...options('options', 10)],
  radio_buttons: [...common, ...options('options', 10)],
  datepicker: common,
  timepicker: common,
  datetimepicker: common,
  plain_text_input: [...common, { at: 'initial_value', max: 3000 }],
  number_input: [...common, { at: 'is_decimal_allowed', required: true }],
  email_text_input: common,
  url_text_input: common,
  rich_text_input: common,
  file_input: common,
  image: [{ at: 'alt_text', max: 2000, required: true }],
  icon_button: [
    ...common,
    { at: 'icon', min: 1, required: true },
    { at: 'text.text', max: 75, min: 1, required: true },
    { at: 'value', max: 2000 },
    { at: 'accessibility_label', max: 75 },
  ],
  feedback_buttons: [...common, ...feedback('positive_button'), ...feedback('negative_button')],
  workflow_button: [
    ...common,
    { at: 'text.text', max: 75, min: 1, required: true },
    { at: 'workflow.trigger.url', min: 1, required: true },
  ],
  mrkdwn: [{ at: 'text', required: true }],
  plain_text: [{ at: 'text', required: true }],
};

/** Confirmation texts that Slack's client shows itself are not listed: they have no limit of ours. */
export const VIEW_LIMITS: readonly Limit[] = [
  { at: 'callback_id', max: 255 },
  { at: 'private_metadata', max: 3000 },
  { at: 'title.text', max: 24, min: 1 },
  { at: 'submit.text', max: 24, min: 1 },
  { at: 'close.text', max: 24, min: 1 },
];
