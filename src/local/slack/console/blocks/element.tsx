import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { ActionButton } from './action-button.tsx';
import { FeedbackButtons } from './feedback-buttons.tsx';
import { Field, isField } from './field.tsx';
import { Picture } from './image.tsx';
import { Overflow } from './overflow.tsx';
import { plainText } from './text-object.tsx';

const BUTTONS = new Set(['button', 'icon_button', 'workflow_button']);

/** An element of a block, at work: using it sends what Slack would send. */
export function ElementView({ element }: { element: Json }): VNode {
  if (!isObject(element)) return <></>;
  const type = textAt(element, 'type') ?? '';
  if (BUTTONS.has(type)) return <ActionButton element={element} />;
  if (type === 'feedback_buttons') return <FeedbackButtons element={element} />;
  if (type === 'overflow') return <Overflow element={element} />;
  if (type === 'image') return <Picture image={element} class="small-image" />;
  if (type === 'plain_text') return <span>{plainText(element)}</span>;
  if (isField(element)) return <Field element={element} tells />;
  return <UnknownElement element={element} />;
}

export function UnknownElement({ element }: { element: JsonObject }): VNode {
  return <span class="unknown">The console cannot draw a “{textAt(element, 'type')}”.</span>;
}
