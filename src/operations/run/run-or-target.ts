import * as v from 'valibot';
import type { ArgumentField } from '../../core/operation.ts';

/** A run's id, short or whole, or the name of a target; a leading `run` is what people copy with an id. */
export const RunOrTarget = v.pipe(
  v.string(),
  v.trim(),
  v.transform((text) => text.replace(/^run\s+/, '')),
  v.regex(
    /^[a-z][a-z0-9-]{0,100}$/,
    'the name of a target, or the id of a run as messages name it, such as switchover-0a1b2c3d',
  ),
);

export const runOrTargetField: ArgumentField = {
  name: 'of',
  label: 'Target with an incident, or run',
  hint: 'shop-db',
  required: true,
};
