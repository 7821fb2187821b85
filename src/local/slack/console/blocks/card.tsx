import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { isObject, listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { BlockIdContext } from '../surface.ts';
import { ElementView } from './element.tsx';
import { Picture } from './image.tsx';
import { TextObject } from './text-object.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/card-block */
export function Card({ block }: { block: JsonObject }): VNode {
  const [hero, icon] = [objectAt(block, 'hero_image'), objectAt(block, 'icon')];
  const actions = listAt(block, 'actions');
  return (
    <article class="block card">
      {hero && <Picture image={hero} class="card-hero" />}
      <div class="card-head">
        {icon && <Picture image={icon} class="card-icon" />}
        <div>
          <div class="card-title">
            <TextObject of={block['title']} />
          </div>
          <div class="card-subtitle">
            <TextObject of={block['subtitle']} />
          </div>
        </div>
      </div>
      {block['body'] !== undefined && (
        <div class="card-body">
          <TextObject of={block['body']} />
        </div>
      )}
      {actions.length > 0 && (
        <div class="actions card-actions">
          {actions.map((element, index) => (
            <ElementView key={index} element={element} />
          ))}
        </div>
      )}
    </article>
  );
}

const EDGE_PIXELS = 8;

/** https://docs.slack.dev/reference/block-kit/blocks/carousel-block: cards in a row that scrolls by itself. */
export function Carousel({ block }: { block: JsonObject }): VNode {
  const row = useRef<HTMLUListElement>(null);
  const cards = listAt(block, 'elements').filter(isObject);
  const [ends, setEnds] = useState({ back: false, on: cards.length > 1 });
  const look = (): void => {
    const { current } = row;
    if (!current) return;
    const left = current.scrollWidth - current.clientWidth - current.scrollLeft;
    setEnds({ back: current.scrollLeft > EDGE_PIXELS, on: left > EDGE_PIXELS });
  };
  useEffect(look, [block]);
  const turn = (direction: number): void => {
    const { current } = row;
    current?.scrollBy({ left: direction * current.clientWidth * 0.8, behavior: 'smooth' });
  };
  return (
    <div class="block carousel" role="group" aria-label={`${cards.length} cards`}>
      <ul ref={row} tabIndex={0} aria-label="Cards" onScroll={look}>
        {cards.map((card, index) => (
          <li key={index}>
            <BlockIdContext.Provider value={textAt(card, 'block_id') ?? ''}>
              <Card block={card} />
            </BlockIdContext.Provider>
          </li>
        ))}
      </ul>
      {ends.back && (
        <button type="button" class="turn back" aria-label="Back" onClick={() => turn(-1)}>
          <Icon name="left" />
        </button>
      )}
      {ends.on && (
        <button type="button" class="turn on" aria-label="Further" onClick={() => turn(1)}>
          <Icon name="right" />
        </button>
      )}
    </div>
  );
}
