import type { VNode } from 'preact';
import { isObject, textAt } from '../../json-fields.ts';
import { withEmoji } from '../emoji.ts';
import { Mrkdwn } from '../mrkdwn-view.tsx';

/** A text object: `mrkdwn` is formatted, `plain_text` only gets its emoji. */
export function TextObject({ of }: { of: unknown }): VNode | null {
  if (!isObject(of)) return null;
  const text = textAt(of, 'text') ?? '';
  return of['type'] === 'mrkdwn' ? <Mrkdwn text={text} /> : <span class="plain">{withEmoji(text)}</span>;
}

/** The words of a plain_text object. */
export function plainText(of: unknown): string {
  return isObject(of) ? withEmoji(textAt(of, 'text') ?? '') : '';
}
