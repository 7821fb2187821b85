import type { Json } from '../../../core/json.ts';
import { isList, isObject } from '../json-fields.ts';
import { problemsOfBlocks, problemsOfView } from '../validate-blocks.ts';
import type { Problem } from '../validate-blocks.ts';
import { bad, good, jsonArgument } from './answer.ts';
import type { ApiMethod, Arguments } from './answer.ts';

/** https://docs.slack.dev/reference/methods/blocks.validate: the faults of `blocks`, a `message` or a `view`. */
export const validateBlocks: ApiMethod = (_workspace, given) => {
  const [blocks, message, view] = ['blocks', 'message', 'view'].map((name) => jsonValue(given, name));
  const problems = isObject(view)
    ? problemsOfView(view)
    : problemsOfMessage(isObject(message) ? message['blocks'] : blocks);
  if (problems === undefined) return bad('invalid_arguments');
  if (problems.length === 0) return good();
  return bad('invalid_blocks', {
    errors: problems.map((problem) => ({ ...problem, code: 'invalid', constraint: '' })),
  });
};

function problemsOfMessage(blocks: Json | undefined): Problem[] | undefined {
  return isList(blocks) ? problemsOfBlocks(blocks, 'message') : undefined;
}

function jsonValue(given: Arguments, name: string): Json | undefined {
  const argument = jsonArgument(given, name);
  return argument === 'broken' ? undefined : argument.value;
}
