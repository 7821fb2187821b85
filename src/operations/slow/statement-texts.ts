import { findStatements } from '../../checks/postgres/statements-extension.ts';
import type { StatementText } from '../../core/statement.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { readShape, shapeReader } from './shape.ts';

const LONGEST_TEXT = 16_384;
/** What leaves the room at once; a checkpoint holds little more. */
const MOST_BYTES = 150_000;

/** Of each id one text; they are in one file, which is read whole, so only those that nobody knows yet are asked for. */
const TEXTS = (schema: string) => `
  select distinct on (s.queryid) s.queryid::text as id, left(s.query, ${LONGEST_TEXT}) as query
    from ${schema}.pg_stat_statements(true) s where s.queryid = any($1::int8[]) and s.query is not null`;

/** Texts without literals, as far as they fit; `left` has to be asked for again. `gone` ids the server no longer knows. */
export type Texts = { texts: StatementText[]; left: string[] };

/**
 * The shapes of statements by the ids of a server: literals go before anything leaves the room. A replica is asked for what only
 * it has run.
 */
export async function statementTexts(target: PostgresTarget, ids: readonly string[]): Promise<Texts> {
  const { primary } = target;
  const members = [...(primary ? [primary] : []), ...target.members.filter((member) => member !== primary)];
  const found = new Map<string, StatementText>();
  for (const member of members) {
    const missing = ids.filter((id) => !found.has(id));
    for (const text of await textsOn(member, missing)) found.set(text.id, text);
  }
  return fitting([...found.values()], ids);
}

async function textsOn(member: PostgresMember, ids: readonly string[]): Promise<StatementText[]> {
  if (ids.length === 0) return [];
  const extension = await findStatements(member);
  return 'skipped' in extension ? [] : readTexts(member, extension.schema, ids);
}

async function readTexts(member: PostgresMember, schema: string, ids: readonly string[]): Promise<StatementText[]> {
  const rows = await member.query<{ id: string; query: string }>(TEXTS(schema), [ids]);
  const reader = shapeReader();
  return rows.map(({ id, query }) => ({ id, ...readShape(reader, query) }));
}

function fitting(texts: readonly StatementText[], ids: readonly string[]): Texts {
  let bytes = 0;
  const shown = texts.filter((text) => (bytes += Buffer.byteLength(JSON.stringify(text))) <= MOST_BYTES);
  const known = new Set(shown.map(({ id }) => id));
  const there = new Set(texts.map(({ id }) => id));
  return { texts: shown, left: ids.filter((id) => there.has(id) && !known.has(id)) };
}
