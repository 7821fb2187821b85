import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useSurface } from '../surface.ts';
import { ActionButton } from './action-button.tsx';
import { Field, isField } from './field.tsx';
import { imageAddress } from './image.tsx';
import { Overflow } from './overflow.tsx';
import { plainText } from './text-object.tsx';

/** An element of a block, at work: using it sends what Slack would send. */
export function ElementView({ element }: { element: Json }): VNode {
  const surface = useSurface();
  if (!isObject(element)) return <></>;
  const type = textAt(element, 'type') ?? '';
  const actionId = textAt(element, 'action_id') ?? '';
  if (type === 'button' || type === 'icon_button') return <ActionButton element={element} />;
  if (type === 'overflow') return <Overflow element={element} />;
  if (type === 'image')
    return <img class="small-image" src={imageAddress(element)} alt={textAt(element, 'alt_text') ?? ''} />;
  if (type === 'plain_text') return <span>{plainText(element)}</span>;
  if (isField(element)) return <Field element={element} onChange={(value) => void surface.act(actionId, value)} />;
  return <UnknownElement element={element} />;
}

export function UnknownElement({ element }: { element: JsonObject }): VNode {
  return <span class="unknown">The console cannot draw a “{textAt(element, 'type')}”.</span>;
}
