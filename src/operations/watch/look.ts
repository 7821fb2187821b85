import type { FenceState } from '../../targets/fence.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import type { WriterSample, WritersSeen } from '../../core/writers.ts';
import { memberAt, type PointerLook } from '../../targets/pointer.ts';

/**
 * On a server that takes writes. The timeline of the control file changes with the first checkpoint after a promotion only, so that
 * the name of the file that is written tells. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
const HOW_FAR = `
  select system_identifier::text as history, pg_current_wal_flush_lsn()::text as position,
         ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline
    from pg_control_system()`;

/** Who takes writes now, how far they are, and where poolers that are open send clients. It changes nothing but the canary, where there is one. */
export async function lookAtWriters(target: AnyTarget): Promise<WritersSeen> {
  const at = new Date().toISOString();
  const asked = target.engine === 'postgres' ? onPostgres(target, at) : onRedis(target, at);
  const [samples, state] = await Promise.all([Promise.all(asked.map(sampled)), target.fence?.look()]);
  const found = samples.flatMap((sample) => ('writers' in sample ? sample.writers : []));
  const { writers, ...beat } = await withBeat(target, found);
  const stopped = samples.flatMap((sample) => ('unreached' in sample ? [sample.unreached] : []));
  const fence = state ? { says: state.says, sentence: state.sentence } : null;
  return { at, writers, unreached: [...unreachedOf(target), ...stopped], leads: openLeads(state), fence, ...beat };
}

/** Where one server takes the writes, and the config asks for it, the canary is written: so there is always a young one. */
async function withBeat(
  { canary }: AnyTarget,
  writers: readonly WriterSample[],
): Promise<Pick<WritersSeen, 'writers' | 'missed'>> {
  const [writer, second] = writers;
  if (!canary || !writer || second) return { writers };
  const beat = await canary.beat();
  if ('missed' in beat) return { writers, missed: beat.missed };
  const { number, at } = beat;
  return { writers: [{ ...writer, heartbeat: { number, at } }] };
}

/** A Sentinel takes no writes. */
function unreachedOf({ unreached }: AnyTarget): string[] {
  return unreached.filter(({ role }) => role !== 'sentinel').map(({ name }) => name);
}

type Asked = { member: string; ask: () => Promise<WriterSample[]> };

/** One that stops answering in between may take writes as well as one that never did. */
async function sampled({ member, ask }: Asked): Promise<{ writers: WriterSample[] } | { unreached: string }> {
  return ask().then(
    (writers) => ({ writers }),
    () => ({ unreached: member }),
  );
}

/** A former primary that refuses writes for everybody since a switchover is none. */
function onPostgres({ members }: PostgresTarget, at: string): Asked[] {
  const sample = async ({ name, query }: PostgresMember): Promise<WriterSample[]> => {
    const rows = await query<Pick<WriterSample, 'history' | 'position'> & { timeline: number }>(HOW_FAR);
    return rows.map((row) => ({ member: name, at, formerHistory: null, ...row }));
  };
  const writable = members.filter((one) => !one.inRecovery && one.readOnlyBy !== 'server');
  return writable.map((one) => ({ member: one.name, ask: () => sample(one) }));
}

/** The many primaries of a cluster share its keys: to compare them says nothing. https://redis.io/docs/latest/commands/info/ */
function onRedis({ members, cluster }: RedisTarget, at: string): Asked[] {
  const sample = async ({ name, info }: RedisMember): Promise<WriterSample[]> => {
    const said = await info('replication');
    if (said['role'] !== 'master') return [];
    const before = said['master_replid2'] ?? '';
    return [
      {
        member: name,
        at,
        position: said['master_repl_offset'] ?? '0',
        history: said['master_replid'] ?? '',
        formerHistory: /^0*$/.test(before) ? null : before,
        timeline: null,
      },
    ];
  };
  const primaries = cluster ? [] : members.filter(({ roleNow }) => roleNow === 'primary');
  return primaries.map((one) => ({ member: one.name, ask: () => sample(one) }));
}

/** A pooler that keeps everybody away sends nobody anywhere. */
function openLeads(state: FenceState | undefined): WritersSeen['leads'] {
  return state?.says === 'open' ? (state.leads ?? []) : [];
}

/** Pure: what was seen, with what clients look up. */
export function withPointer(seen: WritersSeen, name: string, look: PointerLook | { refused: string }): WritersSeen {
  if ('refused' in look) return { ...seen, unread: `${name} was not read: ${look.refused}` };
  const lead = { through: name, to: look.said.host, member: memberAt(look, look.said), pointer: true as const };
  return { ...seen, leads: [...seen.leads, lead] };
}
