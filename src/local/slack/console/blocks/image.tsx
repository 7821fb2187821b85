import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { plainText } from './text-object.tsx';

/** An image by address, or a file that the app uploaded. */
export function ImageBlock({ block }: { block: JsonObject }): VNode {
  return (
    <figure class="block image">
      {block['title'] !== undefined && <figcaption>{plainText(block['title'])}</figcaption>}
      <img src={imageAddress(block)} alt={textAt(block, 'alt_text') ?? ''} />
    </figure>
  );
}

export function imageAddress(image: JsonObject): string {
  const file = objectAt(image, 'slack_file');
  const id = textAt(file, 'id');
  return id === undefined ? (textAt(file, 'url') ?? textAt(image, 'image_url') ?? '') : `/files/${id}`;
}
