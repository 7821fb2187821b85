import type { VNode } from 'preact';
import type { Json } from '../../../core/json.ts';
import { compactJson } from './compact-json.ts';

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?/g;

/** JSON on several lines, its names and values in colours. */
export function JsonView({ value }: { value: Json }): VNode {
  const text = compactJson(value);
  const parts: (VNode | string)[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, quoted, colon = ''] = found;
    const look = quoted === undefined ? 'json-word' : colon === '' ? 'json-text' : 'json-name';
    parts.push(text.slice(end, found.index), <span class={look}>{quoted ?? whole}</span>, colon);
    end = found.index + whole.length;
  }
  return (
    <pre class="json" tabIndex={0} aria-label="JSON">
      {parts}
      {text.slice(end)}
    </pre>
  );
}
