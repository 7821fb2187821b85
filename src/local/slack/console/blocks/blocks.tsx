import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { BlockIdContext } from '../surface.ts';
import { Card, Carousel } from './card.tsx';
import { DataVisualization } from './chart.tsx';
import { Container } from './container.tsx';
import { ElementView } from './element.tsx';
import { ImageBlock } from './image.tsx';
import { InputBlock } from './input-block.tsx';
import { Markdown } from './markdown.tsx';
import { RemoteFile, Video } from './media.tsx';
import { Plan, TaskCard } from './plan.tsx';
import { RichText } from './rich-text.tsx';
import { Section } from './section.tsx';
import { DataTable, Table } from './table.tsx';
import { plainText, TextObject } from './text-object.tsx';

/** Blocks in order. */
export function Blocks({ blocks }: { blocks: readonly Json[] }): VNode {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <BlockView key={textAt(block, 'block_id') ?? index} block={block} />
      ))}
    </div>
  );
}

type BlockRenderer = (props: { block: JsonObject }) => VNode;

const RENDERERS: { readonly [type: string]: BlockRenderer } = {
  actions: ({ block }) => <Elements block={block} class="actions" />,
  alert: ({ block }) => (
    <div class={`block alert ${textAt(block, 'level') ?? 'default'}`} role="note">
      <TextObject of={block['text']} />
    </div>
  ),
  card: Card,
  carousel: Carousel,
  container: Container,
  context: ({ block }) => <Context block={block} />,
  context_actions: ({ block }) => <Elements block={block} class="context-actions" />,
  data_table: DataTable,
  data_visualization: DataVisualization,
  divider: () => <hr class="block" />,
  file: RemoteFile,
  header: ({ block }) => <h3 class="block header">{plainText(block['text'])}</h3>,
  image: ImageBlock,
  input: InputBlock,
  markdown: ({ block }) => <Markdown text={textAt(block, 'text') ?? ''} />,
  plan: Plan,
  rich_text: RichText,
  section: Section,
  table: Table,
  task_card: ({ block }) => <TaskCard block={block} alone />,
  video: Video,
};

function BlockView({ block }: { block: Json }): VNode {
  const type = textAt(block, 'type') ?? 'unknown';
  const Renderer = RENDERERS[type];
  if (!isObject(block) || !Renderer) return <UnknownBlock type={type} />;
  return (
    <BlockIdContext.Provider value={textAt(block, 'block_id') ?? ''}>
      <Renderer block={block} />
    </BlockIdContext.Provider>
  );
}

/** What the console cannot draw is said, not dropped. */
function UnknownBlock({ type }: { type: string }): VNode {
  return <div class="block unknown">The console cannot draw a block of type “{type}”. Slack would show it here.</div>;
}

function Elements({ block, class: look }: { block: JsonObject; class: string }): VNode {
  return (
    <div class={`block ${look}`}>
      {listAt(block, 'elements').map((element, index) => (
        <ElementView key={textAt(element, 'action_id') ?? index} element={element} />
      ))}
    </div>
  );
}

function Context({ block }: { block: JsonObject }): VNode {
  return (
    <div class="block context">
      {listAt(block, 'elements').map((element, index) =>
        textAt(element, 'type') === 'mrkdwn' ? (
          <span key={index}>
            <TextObject of={element} />
          </span>
        ) : (
          <ElementView key={index} element={element} />
        ),
      )}
    </div>
  );
}
