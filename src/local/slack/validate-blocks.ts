import type { Json } from '../../core/json.ts';
import { ELEMENT_PLACES } from './element-places.ts';
import { ELEMENT_LIMITS, VIEW_LIMITS } from './element-limits.ts';
import { isList, isObject, listAt, objectAt, textAt } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';
import { BLOCK_LIMITS, LIMITS } from './limits.ts';
import type { Limit } from './limits.ts';
import { problemsOfChart } from './validate-charts.ts';
import { problemsOfRichTexts } from './validate-rich-text.ts';
import { problemsOfTables } from './validate-tables.ts';

/** One thing that Slack would refuse, where it is, as a JSON pointer. */
export type Problem = { pointer: string; message: string };
export type Surface = 'message' | 'modal' | 'home';

const MESSAGE_ONLY = new Set(['data_table', 'data_visualization', 'markdown', 'plan', 'table', 'task_card']);

/** Slack's words for a problem: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
export function slackWords(problem: Problem): string {
  return `${problem.message} [json-pointer:${problem.pointer}]`;
}

/** Everything that Slack would refuse in these blocks, in reading order; `at` is the pointer of the list. */
export function problemsOfBlocks(
  blocks: Json,
  surface: Surface,
  at = '/blocks',
  unknown: readonly string[] = [],
): Problem[] {
  if (!isList(blocks)) return [{ pointer: at, message: 'must be an array' }];
  const most = surface === 'message' ? LIMITS.blocksInMessage : LIMITS.blocksInView;
  const tooMany = blocks.length > most ? [{ pointer: at, message: `no more than ${most} items allowed` }] : [];
  return [
    ...tooMany,
    ...blocks.flatMap((block, index) => problemsOfBlock(block, surface, `${at}/${index}`, unknown)),
    ...problemsOfTables(blocks, at),
  ];
}

/** Everything that Slack would refuse in a view. */
export function problemsOfView(view: JsonObject): Problem[] {
  const type = textAt(view, 'type');
  if (type !== 'modal' && type !== 'home') return [{ pointer: '/view/type', message: 'must be a valid enum value' }];
  const title = type === 'modal' && !view['title'] ? [missing('/view', 'title')] : [];
  const inputs = listAt(view, 'blocks').some((block) => textAt(block, 'type') === 'input');
  const submit = type === 'modal' && inputs && !view['submit'] ? [missing('/view', 'submit')] : [];
  return [
    ...title,
    ...submit,
    ...broken(view, VIEW_LIMITS, '/view'),
    ...problemsOfBlocks(view['blocks'] ?? [], type, '/view/blocks'),
  ];
}

function problemsOfBlock(block: Json, surface: Surface, at: string, unknown: readonly string[]): Problem[] {
  const type = textAt(block, 'type');
  if (!isObject(block) || type === undefined) return [missing(at, 'type')];
  const limits = BLOCK_LIMITS[type];
  if (!limits || unknown.includes(type)) return [{ pointer: `${at}/type`, message: `unsupported type: ${type}` }];
  if (!belongs(type, surface)) return [{ pointer: at, message: `unsupported block in ${surface}: ${type}` }];
  const nested = childrenOf(block, at).flatMap(({ child, pointer }) =>
    problemsOfBlock(child, surface, pointer, unknown),
  );
  return [
    ...broken(block, limits, at),
    ...withoutContent(block, type, at),
    ...elementsOf(block, at).flatMap(({ element, pointer }) => problemsOfElement(element, type, pointer)),
    ...repeatedActions(block, at),
    ...problemsOfRichTexts(withoutChildren(block), at),
    ...(type === 'data_visualization' ? problemsOfChart(block, at) : []),
    ...nested,
  ];
}

function belongs(type: string, surface: Surface): boolean {
  return surface === 'message' ? type !== 'alert' : !MESSAGE_ONLY.has(type);
}

const CARD_CONTENT = ['hero_image', 'title', 'actions', 'body'];

/** Blocks inside of a block; a plan's tasks are task cards even where they do not say so. */
function childrenOf(block: JsonObject, at: string): { child: Json; pointer: string }[] {
  const keys = block['type'] === 'carousel' ? ['elements'] : ['child_blocks', 'tasks'];
  return keys.flatMap((key) =>
    listAt(block, key).map((child, index) => ({
      child: key === 'tasks' && isObject(child) ? { type: 'task_card', ...child } : child,
      pointer: `${at}/${key}/${index}`,
    })),
  );
}

/** Children answer for their own rich texts. */
function withoutChildren(block: JsonObject): JsonObject {
  const kept = Object.entries(block).filter(([key]) => key !== 'child_blocks' && key !== 'tasks');
  return Object.fromEntries(kept);
}

/** Blocks that need one of several fields. */
function withoutContent(block: JsonObject, type: string, at: string): Problem[] {
  if (type === 'section' && !block['text'] && !block['fields']) return [missing(at, 'text')];
  if (type === 'image' && !block['image_url'] && !block['slack_file']) return [missing(at, 'image_url')];
  if (type === 'container' && !block['title'] && !block['rich_text_title']) return [missing(at, 'title')];
  if (type === 'card' && !CARD_CONTENT.some((key) => block[key])) return [missing(at, 'title')];
  return [];
}

function problemsOfElement(element: Json, blockType: string, at: string): Problem[] {
  const type = textAt(element, 'type');
  if (!isObject(element) || type === undefined) return [missing(at, 'type')];
  const limits = ELEMENT_LIMITS[type];
  if (!limits) return [{ pointer: `${at}/type`, message: `unsupported type: ${type}` }];
  const fits = ELEMENT_PLACES[blockType]?.includes(type) === true;
  const misplaced = fits ? [] : [{ pointer: at, message: `unsupported element in ${blockType}: ${type}` }];
  return [...misplaced, ...broken(element, limits, at)];
}

function elementsOf(block: JsonObject, at: string): { element: Json; pointer: string }[] {
  if (block['type'] === 'rich_text' || block['type'] === 'carousel') return [];
  const list = ['elements', 'actions'].flatMap((key) =>
    listAt(block, key).map((element, index) => ({ element, pointer: `${at}/${key}/${index}` })),
  );
  const single = ['accessory', 'element'].flatMap((key) => {
    const element = objectAt(block, key);
    return element ? [{ element, pointer: `${at}/${key}` }] : [];
  });
  return [...list, ...single];
}

/** Two elements of one block may not share an action_id. */
function repeatedActions(block: JsonObject, at: string): Problem[] {
  const ids = listAt(block, 'elements').map((element) => textAt(element, 'action_id'));
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [
          {
            pointer: `${at}/elements/${index}/action_id`,
            message: `\`action_id\` already exists for another element: ${id}`,
          },
        ]
      : [],
  );
}

function broken(value: JsonObject, limits: readonly Limit[], at: string): Problem[] {
  return limits.flatMap((limit) => {
    const found = reach(value, limit.at.split('.'), at);
    if (found.length === 0 && limit.required) return [missing(at, limit.at.split('.')[0] ?? limit.at)];
    return found.flatMap(({ pointer, value: one }) => outside(one, limit, pointer));
  });
}

/** Every value that a limit's path reaches, with its pointer. */
function reach(value: Json, path: readonly string[], pointer: string): { pointer: string; value: Json }[] {
  const [step, ...rest] = path;
  if (step === undefined) return [{ pointer, value }];
  if (step.endsWith('[]')) {
    const lists = reach(value, [step.slice(0, -2)], pointer);
    return lists.flatMap((list) =>
      isList(list.value) ? list.value.flatMap((item, index) => reach(item, rest, `${list.pointer}/${index}`)) : [],
    );
  }
  const next = isObject(value) ? value[step] : undefined;
  return next === undefined ? [] : reach(next, rest, `${pointer}/${step}`);
}

function outside(value: Json, { max, min }: Limit, pointer: string): Problem[] {
  const isText = typeof value === 'string';
  if (!isText && !isList(value)) return [];
  if (max !== undefined && value.length > max) {
    return [
      { pointer, message: isText ? `must be less than ${max + 1} characters` : `no more than ${max} items allowed` },
    ];
  }
  if (min !== undefined && value.length < min) {
    return [
      { pointer, message: isText ? `must be more than ${min - 1} characters` : `must have at least ${min} items` },
    ];
  }
  return [];
}

function missing(pointer: string, field: string): Problem {
  return { pointer, message: `missing required field: ${field}` };
}
