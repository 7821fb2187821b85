import { createHash } from 'node:crypto';
import { normaliseSql } from '../../core/sql.ts';
import type { PlanNode } from './plan.ts';

/** Pure: 12 hex digits of what a plan does and how; costs, row counts, workers and values are not in it. */
export function planHash(root: PlanNode): string {
  return createHash('sha256')
    .update(JSON.stringify(shapeOf(root)))
    .digest('hex')
    .slice(0, 12);
}

type Shape = readonly (string | null | readonly string[] | readonly Shape[])[];

function shapeOf({ type, mode, schema, relation, index, conditions, sortKeys, groupKeys, children }: PlanNode): Shape {
  const said = Object.entries(conditions).map(([key, text]) => `${key} ${withoutValues(text)}`);
  const keys = [...sortKeys, ...groupKeys].map(withoutValues);
  return [type, mode, schema, relation, index, said, keys, children.map(shapeOf)];
}

/** A condition with `?` for literals and parameters alike. */
export function withoutValues(condition: string): string {
  return normaliseSql(condition, 2_000).replaceAll(/\$\d+/g, '?');
}
