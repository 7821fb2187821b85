import { standingOf, type Standing } from '../switchover/world.ts';
import type { Reach } from './reach.ts';

class Unanswered extends Error {}

/** Where a server stands; undefined where it does not answer now. */
export async function standingIn({ ask }: Pick<Reach, 'ask'>): Promise<Standing | undefined> {
  try {
    return await standingOf(async <Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]) => {
      const rows = await ask<Row>(sql, values);
      if (!rows) throw new Unanswered();
      return rows;
    });
  } catch (thrown) {
    if (thrown instanceof Unanswered) return undefined;
    throw thrown;
  }
}

const IN_RECOVERY = `select pg_is_in_recovery() as "inRecovery"`;
/** A commit that leaves no data. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION */
const EMIT = `select pg_logical_emit_message(true, 'nightshift', 'switchover')`;

/** Is it a primary, and does it acknowledge a commit? */
export async function takesWrites({ ask }: Pick<Reach, 'ask'>): Promise<boolean> {
  const [row] = (await ask<{ inRecovery: boolean }>(IN_RECOVERY)) ?? [];
  return row?.inRecovery === false && (await ask(EMIT)) !== undefined;
}
