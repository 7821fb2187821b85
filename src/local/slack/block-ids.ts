import type { Json } from '../../core/json.ts';
import { isObject, listAt } from './json-fields.ts';
import type { SlackMessage, SlackView } from './message.ts';

/** Slack gives every block an id; ours is stable for the same edit of the same message. */
export function blocksOfMessage({ blocks, edits }: SlackMessage): readonly Json[] {
  return blocks.map((block, index) =>
    isObject(block) ? { ...block, block_id: block['block_id'] ?? `b${edits}-${index}` } : block,
  );
}

/** The blocks of a view; an update that keeps their order keeps their ids. */
export function blocksOfView({ content }: SlackView): readonly Json[] {
  return listAt(content, 'blocks').map((block, index) =>
    isObject(block) ? { block_id: `b${index}`, ...block } : block,
  );
}
