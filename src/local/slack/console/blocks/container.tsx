import type { VNode } from 'preact';
import { listAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Blocks } from './blocks.tsx';
import { RichText } from './rich-text.tsx';
import { isObject } from '../../json-fields.ts';
import { TextObject } from './text-object.tsx';

/** A framed group of blocks that may fold. */
export function Container({ block }: { block: JsonObject }): VNode {
  const rich = block['rich_text_title'];
  const title = (
    <>
      <strong>{isObject(rich) ? <RichText block={rich} /> : <TextObject of={block['title']} />}</strong>
      {block['subtitle'] !== undefined && (
        <span class="subtitle">
          <TextObject of={block['subtitle']} />
        </span>
      )}
    </>
  );
  const children = <Blocks blocks={listAt(block, 'child_blocks')} />;
  if (block['is_collapsible'] !== true) {
    return (
      <div class="block container">
        <div class="container-title">{title}</div>
        {children}
      </div>
    );
  }
  return (
    <details class="block container" open={block['default_collapsed'] !== true}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
