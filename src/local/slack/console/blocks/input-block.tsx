import { useId } from 'preact/hooks';
import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useElement } from '../surface.ts';
import { UnknownElement } from './element.tsx';
import { Field, isField } from './field.tsx';
import { plainText } from './text-object.tsx';

const GROUPS = new Set(['radio_buttons', 'checkboxes']);

/** A labelled field, with its hint or its fault. */
export function InputBlock({ block }: { block: JsonObject }): VNode {
  const element = objectAt(block, 'element') ?? {};
  const { error } = useElement(element);
  const id = useId();
  const label = plainText(block['label']);
  const words = (
    <>
      {label}
      {block['optional'] === true && <span class="optional"> (optional)</span>}
    </>
  );
  return (
    <div class={`block input ${error ? 'faulty' : ''}`}>
      {GROUPS.has(textAt(element, 'type') ?? '') ? <div class="label">{words}</div> : <label for={id}>{words}</label>}
      {isField(element) ? (
        <Field element={element} id={id} label={label} tells={block['dispatch_action'] === true} />
      ) : (
        <UnknownElement element={element} />
      )}
      {error && (
        <div class="trouble" role="alert">
          {error}
        </div>
      )}
      {!error && block['hint'] !== undefined && <div class="hint">{plainText(block['hint'])}</div>}
    </div>
  );
}
