import type { RedisMember } from '../../targets/redis.ts';
import { asked } from './asked.ts';
import { infoOf, nameOf, numberOf, numberOrNull, runIdOf } from './info.ts';

/** What one server says of its files; null where it does not say it. */
export type MemberPersistence = {
  name: string;
  role: string;
  runId: string | null;
  loading: boolean;
  loadedRatio: number | null;
  loadSecondsLeft: number | null;
  rdbOk: boolean;
  /** Age of the snapshot that is being written now. */
  savingSeconds: number | null;
  aofEnabled: boolean;
  aofWriteOk: boolean;
  aofRewriteOk: boolean;
  rewritingSeconds: number | null;
  /** Times that a write waited for the disk. */
  delayedFsyncs: number | null;
  /** Null where the server does not say when it saved last. */
  savedSecondsAgo: number | null;
  changesSinceSave: number | null;
  /** Are snapshots configured? Null where CONFIG is not allowed. */
  snapshots: boolean | null;
  replicas: number;
};

/** https://redis.io/docs/latest/commands/info/ (persistence) */
export async function lookAtPersistence(member: RedisMember): Promise<MemberPersistence> {
  const [info, snapshots] = await Promise.all([
    infoOf(member, 'persistence', 'server', 'replication'),
    snapshotsConfigured(member),
  ]);
  const saved = numberOf(info, 'rdb_last_save_time');
  const nowSeconds = (numberOf(info, 'server_time_usec') ?? Date.now() * 1000) / 1e6;
  const percent = numberOf(info, 'loading_loaded_perc');
  return {
    ...nameOf(member),
    runId: runIdOf(info),
    loading: info['loading'] === '1',
    loadedRatio: percent === undefined ? null : percent / 100,
    loadSecondsLeft: numberOrNull(info, 'loading_eta_seconds'),
    rdbOk: info['rdb_last_bgsave_status'] !== 'err',
    savingSeconds: info['rdb_bgsave_in_progress'] === '1' ? numberOrNull(info, 'rdb_current_bgsave_time_sec') : null,
    aofEnabled: info['aof_enabled'] === '1',
    aofWriteOk: info['aof_last_write_status'] !== 'err',
    aofRewriteOk: info['aof_last_bgrewrite_status'] !== 'err',
    rewritingSeconds:
      info['aof_rewrite_in_progress'] === '1' ? numberOrNull(info, 'aof_current_rewrite_time_sec') : null,
    delayedFsyncs: numberOrNull(info, 'aof_delayed_fsync'),
    savedSecondsAgo: saved === undefined ? null : Math.max(0, nowSeconds - saved),
    changesSinceSave: numberOrNull(info, 'rdb_changes_since_last_save'),
    snapshots,
    replicas: numberOf(info, 'connected_slaves') ?? 0,
  };
}

/** Managed servers and narrow ACLs do not offer CONFIG; what INFO says is enough to judge failures. */
async function snapshotsConfigured(member: RedisMember): Promise<boolean | null> {
  const said = await asked(member, 'CONFIG', 'GET', 'save');
  if ('gap' in said || !Array.isArray(said.reply) || typeof said.reply[1] !== 'string') return null;
  return said.reply[1] !== '';
}
