import * as v from 'valibot';
import type { ArgumentField } from '../../core/operation.ts';
import { typedId } from './statement-id.ts';

const WORDS = 'a statement is named as reports show it, such as q:7f3a12, or by all 14 digits';

/** `q:7f3a12`, `7f3a12`, or the whole id. */
export const StatementArguments = v.strictObject({
  statement: v.pipe(v.string(), v.regex(/^(?:q:)?[0-9a-f]{6,14}$/i, WORDS), v.transform(typedId)),
});

export const STATEMENT_FIELD: ArgumentField = {
  name: 'statement',
  label: 'Statement, as reports name it',
  hint: 'q:7f3a12',
  required: true,
};
