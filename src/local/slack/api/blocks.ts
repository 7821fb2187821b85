import { isList, isObject } from '../json-fields.ts';
import { problemsOfBlocks, problemsOfView } from '../validate-blocks.ts';
import { bad, good, jsonArgument } from './answer.ts';
import type { ApiMethod } from './answer.ts';

/** https://docs.slack.dev/reference/methods/blocks.validate: the faults of `blocks`, a `message` or a `view`. */
export const validateBlocks: ApiMethod = (_workspace, given) => {
  const [blocks, message, view] = ['blocks', 'message', 'view'].map((name) => jsonArgument(given, name));
  if (blocks === 'broken' || message === 'broken' || view === 'broken') return bad('invalid_arguments');
  const inMessage = isObject(message?.value) ? message.value['blocks'] : undefined;
  const asked = blocks?.value ?? inMessage;
  const problems = isObject(view?.value) ? problemsOfView(view.value) : problemsOfBlocks(asked ?? [], 'message');
  if (!isObject(view?.value) && !isList(asked)) return bad('invalid_arguments');
  if (problems.length === 0) return good();
  return bad('invalid_blocks', {
    errors: problems.map((problem) => ({ ...problem, code: 'invalid', constraint: '' })),
  });
};
