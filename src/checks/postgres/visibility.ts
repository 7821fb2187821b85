import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import type { Seen } from '../../core/check.ts';

/** What a check answers when it needs the member that takes writes and nobody does. */
export const NO_PRIMARY = { unreliable: 'no member that takes writes answered' } as const;

/** https://www.postgresql.org/docs/current/predefined-roles.html */
const SEES_ALL = `
  select pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') as "seesAll", quote_ident(current_user) as "role"`;

/**
 * Asks the primary, once it is sure that its statistics views show every session: to a role without pg_read_all_stats other
 * people's sessions look empty, without any error.
 */
export async function askPrimary<S>(
  target: PostgresTarget,
  ask: (primary: PostgresMember) => Promise<S>,
): Promise<Seen<S>> {
  const { primary } = target;
  if (!primary) return NO_PRIMARY;
  const [seen, sample] = await Promise.all([whyBlind(primary), settle(ask(primary))]);
  if (seen) return seen;
  if ('failed' in sample) throw sample.failed;
  return sample;
}

/** The gap when this member hides other people's sessions from us. */
export async function whyBlind(member: PostgresMember): Promise<{ skipped: string; fix: string } | undefined> {
  const [row] = await member.query<{ seesAll: boolean; role: string }>(SEES_ALL);
  if (row?.seesAll) return undefined;
  return {
    skipped: `${row?.role ?? 'our role'} sees only its own sessions and statistics on ${member.name}`,
    fix: `GRANT pg_monitor TO ${row?.role ?? 'nightshift_read'};`,
  };
}

async function settle<S>(work: Promise<S>): Promise<{ sample: S } | { failed: unknown }> {
  try {
    return { sample: await work };
  } catch (failed) {
    return { failed };
  }
}
