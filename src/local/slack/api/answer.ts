import type { Json } from '../../../core/json.ts';
import type { JsonObject } from '../json-fields.ts';
import { parseJson } from '../json-fields.ts';
import type { Problem } from '../validate-blocks.ts';
import { slackWords } from '../validate-blocks.ts';
import type { Workspace } from '../workspace.ts';

/** The arguments of a Web API call, as Slack receives them: texts, some of which hold JSON. */
export type Arguments = { readonly [name: string]: string };
export type ApiAnswer = JsonObject & { readonly ok: boolean };
export type ApiMethod = (workspace: Workspace, given: Arguments) => ApiAnswer;

export function good(fields: { readonly [key: string]: Json | undefined } = {}): ApiAnswer {
  return { ok: true, ...(JSON.parse(JSON.stringify(fields)) as JsonObject) };
}

export function bad(error: string, fields: JsonObject = {}): ApiAnswer {
  return { ok: false, error, ...fields };
}

/** A refusal with every fault and where it is, as Slack words it. */
export function badArguments(error: string, problems: readonly Problem[]): ApiAnswer {
  const words = problems.map(slackWords);
  return bad(error, { errors: words, response_metadata: { messages: words.map((word) => `[ERROR] ${word}`) } });
}

/** A JSON argument; `broken` when the text is no JSON. */
export function jsonArgument(given: Arguments, name: string): { value?: Json } | 'broken' {
  const text = given[name];
  if (text === undefined || text === '') return {};
  const value = parseJson(text);
  return value === undefined ? 'broken' : { value };
}
