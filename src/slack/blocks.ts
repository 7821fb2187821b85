import type { ActionsBlock, Button, ContextBlock, KnownBlock, RichTextBlock, SectionBlock } from '@slack/types';
import { encodeButtonValue, type ButtonValue } from './button-value.ts';
import { limits } from './limits.ts';
import { clip, defuse, oneLine, split } from './mrkdwn.ts';

/** One message: `text` is what a notification and a screen reader say. */
export type Message = { text: string; blocks: readonly KnownBlock[] };
/** A message and its thread. */
export type Rendered = Message & { thread: readonly Message[] };

/** Text that is already mrkdwn; `verbatim` keeps Slack from making links and mentions of plain words. */
function mrkdwn(text: string): { type: 'mrkdwn'; text: string; verbatim: true } {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(clip(text, limits.sectionCharacters)) };
}

/** As many sections as the text needs. */
export function sections(text: string): SectionBlock[] {
  return split(text, limits.sectionCharacters).map(section);
}

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [mrkdwn(clip(text, limits.sectionCharacters))] };
}

/** Text shown exactly as it is, in a fixed width: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function preformatted(text: string): RichTextBlock[] {
  return split(defuse(text), limits.sectionCharacters).map((piece) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: piece }] }],
  }));
}

export type ButtonLook = {
  label: string;
  actionId: string;
  value: ButtonValue;
  style?: 'primary' | 'danger';
  /** What the person confirms before the click counts. */
  confirm?: { title: string; text: string; yes: string };
};

/** A button; undefined when its value is longer than Slack allows. */
export function button(look: ButtonLook): Button | undefined {
  const value = encodeButtonValue(look.value);
  if (value === undefined) return undefined;
  return {
    type: 'button',
    text: plain(look.label, limits.buttonTextCharacters),
    action_id: look.actionId,
    value,
    ...(look.style ? { style: look.style } : {}),
    ...(look.confirm ? { confirm: confirmation(look.confirm) } : {}),
  };
}

function confirmation(confirm: { title: string; text: string; yes: string }): NonNullable<Button['confirm']> {
  return {
    title: plain(confirm.title, limits.confirmTitleCharacters),
    text: plain(confirm.text, limits.confirmTextCharacters),
    confirm: plain(confirm.yes, limits.confirmButtonCharacters),
    deny: plain('No', limits.confirmButtonCharacters),
    style: 'danger',
  };
}

/** A row of buttons, or nothing when there are none. */
export function actions(buttons: readonly (Button | undefined)[]): ActionsBlock[] {
  const elements = buttons.filter((one) => one !== undefined).slice(0, limits.actionsElements);
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** The blocks with every button's action id made different from the others', as Slack wants it within one message. */
export function numbered(blocks: readonly KnownBlock[]): KnownBlock[] {
  let n = 0;
  const idOf = (id: string | undefined): string => `${id ?? 'do'}#${n++}`;
  return blocks.map((block) => {
    if (block.type === 'section' && block.accessory?.type === 'button') {
      return { ...block, accessory: { ...block.accessory, action_id: idOf(block.accessory.action_id) } };
    }
    if (block.type !== 'actions') return block;
    return { ...block, elements: block.elements.map((one) => ({ ...one, action_id: idOf(one.action_id) })) };
  });
}

/** Plain text of at most `characters`; Slack refuses an empty one. */
export function plain(text: string, characters: number): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text: clip(defuse(oneLine(text)), characters) || '–', emoji: false };
}
