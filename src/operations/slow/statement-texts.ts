import { findStatements } from '../../checks/postgres/statements-extension.ts';
import type { StatementText } from '../../core/statement.ts';
import { createNormaliser } from '../../logs/normalise/statement.ts';
import { tagsOf } from '../../logs/normalise/tags.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';

/** What a person reads of a statement in a list; `explain` reads all of it. */
const TEXT_CHARACTERS = 400;
const LONGEST_TEXT = 16_384;
/** What leaves the room at once; a checkpoint holds little more. */
const MOST_BYTES = 150_000;
const MOST_COMMENT = 4_096;

/** Of each id one text; they are in one file, which is read whole, so only those that nobody knows yet are asked for. */
const TEXTS = (schema: string) => `
  select distinct on (s.queryid) s.queryid::text as id, left(s.query, ${LONGEST_TEXT}) as query
    from ${schema}.pg_stat_statements(true) s where s.queryid = any($1::int8[]) and s.query is not null`;

/** Texts without literals, as far as they fit; `left` has to be asked for again. `gone` ids the server no longer knows. */
export type Texts = { texts: StatementText[]; left: string[] };

/** The shapes of statements by the ids of a server: literals go before anything leaves the room. */
export async function statementTexts(target: PostgresTarget, ids: readonly string[]): Promise<Texts> {
  const [member] = [target.primary, ...target.members].filter((one) => one !== undefined);
  if (!member || ids.length === 0) return { texts: [], left: [] };
  const found = await findStatements(member);
  if ('skipped' in found) return { texts: [], left: [] };
  return fitting(await readTexts(member, found.schema, ids), ids);
}

async function readTexts(member: PostgresMember, schema: string, ids: readonly string[]): Promise<StatementText[]> {
  const rows = await member.query<{ id: string; query: string }>(TEXTS(schema), [ids]);
  const normaliser = createNormaliser();
  return rows.map(({ id, query }) => {
    const bytes = Buffer.from(query);
    const shape = normaliser.fold(bytes, 0, bytes.length).toString(16).padStart(14, '0');
    const comment = normaliser.comment();
    const end = comment ? Math.min(comment.end, comment.start + MOST_COMMENT) : 0;
    const tags = comment ? tagsOf(bytes.toString('utf8', comment.start, end)) : {};
    return { id, shape, text: normaliser.text().slice(0, TEXT_CHARACTERS), tags };
  });
}

function fitting(texts: readonly StatementText[], ids: readonly string[]): Texts {
  let bytes = 0;
  const shown = texts.filter((text) => (bytes += Buffer.byteLength(JSON.stringify(text))) <= MOST_BYTES);
  const known = new Set(shown.map(({ id }) => id));
  const there = new Set(texts.map(({ id }) => id));
  return { texts: shown, left: ids.filter((id) => there.has(id) && !known.has(id)) };
}
