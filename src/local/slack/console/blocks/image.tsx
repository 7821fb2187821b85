import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { plainText } from './text-object.tsx';

/** Where the picture of an address is found; the gallery brings its own ones. */
export const PicturesContext = createContext<(url: string) => string>((url) => url);

/** An image by address, or a file that the app uploaded; its title folds it, as in Slack. */
export function ImageBlock({ block }: { block: JsonObject }): VNode {
  const [open, setOpen] = useState(true);
  const title = plainText(block['title']);
  return (
    <figure class="block image">
      {title !== '' && (
        <figcaption>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {title} <Icon name={open ? 'down' : 'right'} />
          </button>
        </figcaption>
      )}
      {open && <Picture image={block} />}
    </figure>
  );
}

/** One picture; when it does not load its words stand in its place. */
export function Picture({ image, class: look }: { image: JsonObject; class?: string }): VNode {
  const find = useContext(PicturesContext);
  const [lost, setLost] = useState(false);
  const words = textAt(image, 'alt_text') ?? '';
  if (lost) return <span class="lost-picture">{words || 'An image that does not load'}</span>;
  return <img class={look} src={find(imageAddress(image))} alt={words} onError={() => setLost(true)} />;
}

function imageAddress(image: JsonObject): string {
  const file = objectAt(image, 'slack_file');
  const id = textAt(file, 'id');
  return id === undefined ? (textAt(file, 'url') ?? textAt(image, 'image_url') ?? '') : `/files/${id}`;
}
