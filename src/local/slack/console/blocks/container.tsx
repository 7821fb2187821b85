import type { VNode } from 'preact';
import { isObject, listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Blocks } from './blocks.tsx';
import { Picture } from './image.tsx';
import { RichText } from './rich-text.tsx';
import { TextObject } from './text-object.tsx';

/** A framed group of blocks that may fold (https://docs.slack.dev/reference/block-kit/blocks/container-block). */
export function Container({ block }: { block: JsonObject }): VNode {
  const children = <Blocks blocks={listAt(block, 'child_blocks')} />;
  const look = `block container ${textAt(block, 'width') ?? 'standard'}`;
  if (block['is_collapsible'] !== true) {
    return (
      <div class={look}>
        <div class={`container-title ${block['has_header_divider'] === true ? 'ruled' : ''}`}>
          <Title block={block} />
        </div>
        {children}
      </div>
    );
  }
  return (
    <details class={look} open={block['default_collapsed'] !== true}>
      <summary class="container-title">
        <Title block={block} />
      </summary>
      {children}
    </details>
  );
}

function Title({ block }: { block: JsonObject }): VNode {
  const rich = block['rich_text_title'];
  const icon = objectAt(block, 'icon');
  return (
    <>
      {icon && <Picture image={icon} class="card-icon" />}
      <span>
        <strong>{isObject(rich) ? <RichText block={rich} /> : <TextObject of={block['title']} />}</strong>
        {block['subtitle'] !== undefined && (
          <span class="subtitle">
            <TextObject of={block['subtitle']} />
          </span>
        )}
      </span>
    </>
  );
}
