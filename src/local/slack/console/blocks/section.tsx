import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { ElementView } from './element.tsx';
import { Picture } from './image.tsx';
import { TextObject } from './text-object.tsx';

/** Longer texts are folded, as Slack folds them, unless the app says `expand`. */
const LONG_LINES = 12;
const LONG_CHARACTERS = 1400;

/** Text, fields in two columns, and one element at their side (https://docs.slack.dev/reference/block-kit/blocks/section-block). */
export function Section({ block }: { block: JsonObject }): VNode {
  const fields = listAt(block, 'fields');
  const accessory = objectAt(block, 'accessory');
  return (
    <div class="block section">
      <div class="section-body">
        {block['text'] !== undefined && <FoldedText block={block} />}
        {fields.length > 0 && (
          <div class="fields">
            {fields.map((field, index) => (
              <div key={index}>
                <TextObject of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory &&
        (accessory['type'] === 'image' ? (
          <Picture image={accessory} class="accessory-image" />
        ) : (
          <ElementView element={accessory} />
        ))}
    </div>
  );
}

function FoldedText({ block }: { block: JsonObject }): VNode {
  const [open, setOpen] = useState(block['expand'] === true);
  const text = textAt(block['text'], 'text') ?? '';
  const isLong = text.length > LONG_CHARACTERS || text.split('\n').length > LONG_LINES;
  if (!isLong || block['expand'] === true) return <TextObject of={block['text']} />;
  return (
    <>
      <div class={open ? '' : 'folded'}>
        <TextObject of={block['text']} />
      </div>
      <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'See less' : 'See more'}
      </button>
    </>
  );
}
