import type { Json } from '../../core/json.ts';
import { isList, isObject, listAt, textAt } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';
import type { Problem } from './validate-blocks.ts';

/** Parts of a rich text, and the runs of text inside them with the field that each needs. */
const PARTS = new Set(['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote']);
const RUNS: { readonly [type: string]: string } = {
  broadcast: 'range',
  channel: 'channel_id',
  color: 'value',
  date: 'timestamp',
  emoji: 'name',
  link: 'url',
  team: 'team_id',
  text: 'text',
  user: 'user_id',
  usergroup: 'usergroup_id',
};

/** What Slack would refuse in the rich texts of a block, wherever they stand (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
export function problemsOfRichTexts(value: Json, at: string): Problem[] {
  if (isList(value)) return value.flatMap((one, index) => problemsOfRichTexts(one, `${at}/${index}`));
  if (!isObject(value)) return [];
  if (value['type'] === 'rich_text') return partsOf(value, at).flatMap(problemsOfPart);
  return Object.entries(value).flatMap(([key, one]) => problemsOfRichTexts(one, `${at}/${key}`));
}

function problemsOfPart({ part, pointer }: { part: Json; pointer: string }): Problem[] {
  const type = textAt(part, 'type') ?? '';
  if (!isObject(part) || !PARTS.has(type))
    return [{ pointer: `${pointer}/type`, message: `unsupported type: ${type}` }];
  const children = partsOf(part, pointer);
  return type === 'rich_text_list' ? children.flatMap(problemsOfPart) : children.flatMap(problemsOfRun);
}

function problemsOfRun({ part: run, pointer }: { part: Json; pointer: string }): Problem[] {
  const type = textAt(run, 'type') ?? '';
  const needed = RUNS[type];
  if (!isObject(run) || needed === undefined)
    return [{ pointer: `${pointer}/type`, message: `unsupported type: ${type}` }];
  const given = run[needed];
  return given === undefined || given === '' ? [{ pointer, message: `missing required field: ${needed}` }] : [];
}

function partsOf(value: JsonObject, at: string): { part: Json; pointer: string }[] {
  return listAt(value, 'elements').map((part, index) => ({ part, pointer: `${at}/elements/${index}` }));
}
