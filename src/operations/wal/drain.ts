import { toolTitles } from '../../core/backup-tool.ts';
import type { Copying } from '../../core/operation.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { WalDrained, WalSlot } from '../../targets/backups.ts';
import { primaryStore, type Refused } from '../backup/take.ts';

/** What the drain brought, as it leaves the room: JSON has no absent fields. */
export type Drained = {
  done: Omit<WalDrained, 'gap'> & { gap: { afterLsn: string | null; why: string } | null };
  slot: WalSlot;
};

export async function drain(target: PostgresTarget, _args: null, copying: Copying): Promise<Drained | Refused> {
  if (copying.tool !== undefined)
    return { refused: `${toolTitles[copying.tool.name]} keeps the write-ahead log of ${target.name}.` };
  if (!target.backups)
    return { refused: `${target.name} gives nobody its replication protocol: its host keeps the write-ahead log.` };
  const said = await target.backups.drainWal({ store: primaryStore(copying), signal: copying.signal });
  if ('refused' in said) return said;
  const { gap = null, ...done } = said.done;
  return { done: { ...done, gap }, slot: said.slot };
}
