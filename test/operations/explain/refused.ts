import type { PostgresTarget } from '../../../src/targets/postgres.ts';

/** The same target, with a list of what its primary refused so far: each stands in the server's log as an ERROR. */
export function listRefused(target: PostgresTarget): { target: PostgresTarget; refused: string[] } {
  const { primary } = target;
  if (!primary) throw new Error('a test needs a primary');
  const refused: string[] = [];
  const query: typeof primary.query = (sql, values) =>
    primary.query(sql, values).catch((error: unknown) => {
      refused.push(String(error));
      throw error;
    }) as never;
  return { target: { ...target, primary: { ...primary, query } }, refused };
}
