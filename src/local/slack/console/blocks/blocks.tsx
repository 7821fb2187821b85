import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Mrkdwn } from '../mrkdwn-view.tsx';
import { Container } from './container.tsx';
import { ElementView } from './element.tsx';
import { ImageBlock } from './image.tsx';
import { InputBlock } from './input-block.tsx';
import { Markdown } from './markdown.tsx';
import { Plan, TaskCard } from './plan.tsx';
import { RichText } from './rich-text.tsx';
import { DataTable, Table } from './table.tsx';
import { plainText, TextObject } from './text-object.tsx';

/** Blocks in order. */
export function Blocks({ blocks }: { blocks: readonly Json[] }): VNode {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} index={index} />
      ))}
    </div>
  );
}

type BlockRenderer = (props: { block: JsonObject; id: string }) => VNode;

const RENDERERS: { readonly [type: string]: BlockRenderer } = {
  actions: ({ block }) => (
    <div class="block actions">
      {listAt(block, 'elements').map((element, index) => (
        <ElementView key={index} element={element} />
      ))}
    </div>
  ),
  alert: ({ block }) => (
    <div class={`block alert ${textAt(block, 'level') ?? 'default'}`}>
      <TextObject of={block['text']} />
    </div>
  ),
  container: Container,
  context: ContextBlock,
  data_table: DataTable,
  divider: () => <hr class="block" />,
  header: ({ block }) => <h3 class="block header">{plainText(block['text'])}</h3>,
  image: ImageBlock,
  input: InputBlock,
  markdown: ({ block }) => <Markdown text={textAt(block, 'text') ?? ''} />,
  plan: Plan,
  rich_text: RichText,
  section: SectionBlock,
  table: Table,
  task_card: TaskCard,
};

function BlockView({ block, index }: { block: Json; index: number }): VNode {
  const type = textAt(block, 'type') ?? 'unknown';
  const Renderer = RENDERERS[type];
  if (!isObject(block) || !Renderer) return <UnknownBlock type={type} />;
  return <Renderer block={block} id={textAt(block, 'block_id') ?? `b${index}`} />;
}

/** What the console cannot draw is said, not dropped. */
function UnknownBlock({ type }: { type: string }): VNode {
  return <div class="block unknown">The console cannot draw a block of type “{type}”. Slack would show it here.</div>;
}

function SectionBlock({ block }: { block: JsonObject }): VNode {
  const fields = listAt(block, 'fields');
  return (
    <div class="block section">
      <div class="section-body">
        {block['text'] !== undefined && <TextObject of={block['text']} />}
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
      {block['accessory'] !== undefined && <ElementView element={block['accessory']} />}
    </div>
  );
}

function ContextBlock({ block }: { block: JsonObject }): VNode {
  return (
    <div class="block context">
      {listAt(block, 'elements').map((element, index) =>
        textAt(element, 'type') === 'mrkdwn' ? (
          <span key={index}>
            <Mrkdwn text={textAt(element, 'text') ?? ''} />
          </span>
        ) : (
          <ElementView key={index} element={element} />
        ),
      )}
    </div>
  );
}
