import { changeKinds, type ChangeKind } from '../../core/changed.ts';
import type { Engine } from '../../core/engine.ts';
import { checksOf } from './look.ts';

/** A member that does not answer: whatever happened to its server. */
const AWAY: readonly ChangeKind[] = ['failover', 'restart', 'machine', 'setting', 'traffic'];

/** Pure: what may explain a finding, by what its check declares. */
export function causesOf(key: string, engine: Engine): readonly ChangeKind[] {
  if (key.startsWith(`${engine}.reachable:`)) return AWAY;
  return checksOf(engine).find(({ id }) => key === id || key.startsWith(`${id}:`))?.explainedBy ?? changeKinds;
}
