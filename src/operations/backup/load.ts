import type { Proof, RedisBackupRecord } from '../../core/backup.ts';
import type { Copying, TriedSnapshot } from '../../core/operation.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { keepProof } from './read-back.ts';
import { placeOfRecord, primaryStore } from './take.ts';

/** Loads a snapshot of Redis into a server of its own, where the room has one, and keeps what came of it as a proof of level 3. */
export async function load(
  _target: AnyTarget,
  { record }: { record: RedisBackupRecord },
  copying: Copying,
): Promise<TriedSnapshot> {
  const store = primaryStore(copying);
  const tried = copying.trySnapshot
    ? await copying.trySnapshot(store, record, copying.signal)
    : { skipped: 'this room has no redis-server' };
  if ('skipped' in tried) return tried;
  const proof: Proof = {
    version: 1,
    label: record.label,
    store: store.name,
    level: 'L3',
    at: new Date().toISOString(),
    run: copying.runId,
    outcome: 'problem' in tried ? 'failed' : 'passed',
    problems: 'problem' in tried ? [tried.problem] : [],
    ...('problem' in tried ? {} : { measured: { usableSeconds: tried.seconds } }),
  };
  await keepProof(store, placeOfRecord(record), proof);
  return tried;
}
