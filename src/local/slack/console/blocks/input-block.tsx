import type { VNode } from 'preact';
import { objectAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useSurface } from '../surface.ts';
import { UnknownElement } from './element.tsx';
import { Field, isField } from './field.tsx';
import { plainText } from './text-object.tsx';

/** A labelled field of a modal, with its hint or its fault. */
export function InputBlock({ block, id }: { block: JsonObject; id: string }): VNode {
  const surface = useSurface();
  const element = objectAt(block, 'element') ?? {};
  const error = surface.errors?.[id];
  const htmlId = `field-${id}`;
  return (
    <div class={`block input ${error ? 'faulty' : ''}`}>
      <label for={htmlId}>
        {plainText(block['label'])}
        {block['optional'] === true && <span class="optional"> (optional)</span>}
      </label>
      {isField(element) ? (
        <Field
          element={element}
          id={htmlId}
          value={surface.values?.[id]}
          onChange={(value) => surface.change?.(id, value)}
        />
      ) : (
        <UnknownElement element={element} />
      )}
      {error && (
        <div class="error" role="alert">
          {error}
        </div>
      )}
      {!error && block['hint'] !== undefined && <div class="hint">{plainText(block['hint'])}</div>}
    </div>
  );
}
