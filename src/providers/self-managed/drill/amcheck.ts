import type { DrillLook } from '../../../core/drill.ts';
import { complaintOf, type CopySession } from './copy-session.ts';

/** How a name is shown: as it is, or hidden where the config says so. */
export type Shown = (name: string) => string;
export type Budget = { leftMs(): number };

const IS_THERE = "SELECT 1 AS there FROM pg_catalog.pg_available_extensions WHERE name = 'amcheck'";
const CREATE = 'CREATE EXTENSION IF NOT EXISTS amcheck';
const SCHEMA =
  "SELECT quote_ident(n.nspname) AS name FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'";
/** Text is sorted by the C library of the machine: one that sorts otherwise makes every such index look broken. PostgreSQL 15 and later know. */
const SORTS_ALIKE = `
  SELECT d.datcollversion IS NULL OR d.datcollversion = pg_catalog.pg_database_collation_actual_version(d.oid) AS alike
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;
/** Valid B-tree indexes, the biggest first; 950 is the collation C. https://www.postgresql.org/docs/current/amcheck.html */
const INDEXES = `
  SELECT c.oid::int8::text AS oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
    EXISTS (SELECT FROM pg_catalog.unnest(i.indcollation) AS u (id) WHERE u.id NOT IN (0, 950)) AS "isText"
  FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am a ON a.oid = c.relam AND a.amname = 'btree'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisvalid AND i.indisready AND c.relkind = 'i' AND c.relpersistence = 'p'
  ORDER BY n.nspname = 'pg_catalog', c.relpages DESC, c.oid`;
/** Tables, materialised views and TOAST, the biggest first. */
const HEAPS = `
  SELECT c.oid::int8::text AS oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_am a ON a.oid = c.relam AND a.amname = 'heap'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'
  ORDER BY n.nspname = 'pg_catalog', c.relpages DESC, c.oid`;

type Relation = { oid: string; name: string; isText?: boolean };
const MOST_PROBLEMS = 20;

/** Compares indexes with their tables and tables with themselves, the biggest first, until the time is over. */
export async function checkRelations(session: CopySession, budget: Budget, shown: Shown): Promise<DrillLook[]> {
  const name = (what: string) => `${what} (${shown(session.database)})`;
  if ((await session.ask(IS_THERE)).length === 0) {
    const detail = 'amcheck is not among the PostgreSQL programs here';
    return [{ what: name('amcheck'), outcome: 'skipped', detail, problems: [] }];
  }
  if ((await session.ask(SCHEMA)).length === 0) await session.ask(CREATE);
  const [{ name: schema } = { name: 'public' }] = await session.ask<{ name: string }>(SCHEMA);
  const how = { shown, ranOut: session.ranOut };
  const alike = await sortsAlike(session);
  const indexes = await session.ask<Relation>(INDEXES);
  const wanted = indexes.filter(({ isText }) => alike || isText !== true);
  const ofIndexes = await each(
    wanted,
    budget,
    async ({ oid }) => {
      await session.ask(`SELECT ${schema}.bt_index_check($1::oid::regclass, true)`, [oid]);
      return [];
    },
    how,
  );
  const heaps = await session.ask<Relation>(HEAPS);
  const ofHeaps = await each(
    heaps,
    budget,
    async ({ oid }) => {
      const found = await session.ask<{ msg: string }>(
        `SELECT msg FROM ${schema}.verify_heapam($1::oid::regclass, on_error_stop => true) LIMIT 3`,
        [oid],
      );
      return found.map(({ msg }) => msg);
    },
    how,
  );
  const unsorted = indexes.length - wanted.length;
  const detail =
    unsorted === 0 ? '' : `; ${unsorted} of text were left out, because the C library here sorts otherwise`;
  return [
    lookOf(name('indexes'), ofIndexes, indexes.length, detail),
    lookOf(name('tables page by page'), ofHeaps, heaps.length, ''),
  ];
}

async function sortsAlike({ ask }: CopySession): Promise<boolean> {
  // Before PostgreSQL 15 nothing is known, and nothing is said to be broken without knowing.
  const said = await ask<{ alike: boolean }>(SORTS_ALIKE).catch(() => [{ alike: false }]);
  return said[0]?.alike === true;
}

type Checked = { count: number; problems: string[] };

async function each(
  relations: readonly Relation[],
  budget: Budget,
  check: (relation: Relation) => Promise<string[]>,
  { shown, ranOut }: { shown: Shown; ranOut: CopySession['ranOut'] },
): Promise<Checked> {
  const problems: string[] = [];
  let count = 0;
  for (const relation of relations) {
    if (budget.leftMs() <= 0 || problems.length >= MOST_PROBLEMS) break;
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const found = await check(relation).catch((thrown: unknown) =>
      ranOut?.(thrown) === true ? undefined : [complaintOf(thrown)],
    );
    if (found === undefined) continue;
    problems.push(...found.map((complaint) => sentence(relation.name, complaint, shown)));
    count += 1;
  }
  return { count, problems };
}

/** What a complaint says beside the name of the relation may name others. */
function sentence(name: string, complaint: string, shown: Shown): string {
  const isHidden = shown(name) !== name;
  return `${shown(name)} is damaged${isHidden ? '' : `: ${complaint}`}.`;
}

function lookOf(what: string, { count, problems }: Checked, all: number, detail: string): DrillLook {
  const outcome = problems.length > 0 ? 'failed' : count === 0 ? 'skipped' : 'passed';
  return { what, outcome, detail: `${count} of ${all} looked at${detail}`, problems };
}
