import type { Json } from '../../../core/json.ts';
import { isList, isObject } from '../json-fields.ts';

const WIDTH = 48;

/** JSON as a person would write it: what fits on a line stays on it. */
export function compactJson(value: Json, indent = ''): string {
  const line = oneLine(value);
  if (indent.length + line.length <= WIDTH) return line;
  const deeper = `${indent}  `;
  if (isList(value)) return `[\n${value.map((one) => deeper + compactJson(one, deeper)).join(',\n')}\n${indent}]`;
  if (!isObject(value)) return line;
  const fields = Object.entries(value).map(
    ([name, one]) => `${deeper}${JSON.stringify(name)}: ${compactJson(one, deeper)}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

function oneLine(value: Json): string {
  if (isList(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${oneLine(one)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
