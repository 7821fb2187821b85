import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { adviceOf } from './advice.ts';
import { indexAdvice } from './advice-index.ts';
import { askPlan, type Planned } from './ask-plan.ts';
import type { Evidence } from './evidence.ts';
import { explainable, type Explainable } from './explainable.ts';
import { findEverywhere, type Entry } from './find-statement.ts';
import { tryIndexes } from './hypothetical.ts';
import { indexCandidates } from './index-candidates.ts';
import { namedTables } from './named-tables.ts';
import { nodesOf, type Plan } from './plan.ts';
import { planHash } from './plan-hash.ts';
import { planLines } from './plan-lines.ts';
import { reasonsOf } from './reasons.ts';
import { roleSettings, type RoleSettings } from './role-settings.ts';
import { shownText } from './statement-id.ts';
import { countedOf, emptyWhy, noPlanOf } from './statement-words.ts';
import { tableFacts, unindexedReferences, type TableFacts, type TableName } from './table-facts.ts';
import { tooPowerful } from './who-plans.ts';
import type { Why } from './why-types.ts';
import { comparedCandidates, comparedIn, comparedReasons, tablesAsPlan } from './without-plan.ts';

/** Trying one takes a plan, so only what may help most is tried. */
const MOST_TRIED = 4;
/** Of a table with many partitions the first few tell what all are like. */
const MOST_TABLES = 40;
const MOST_MATCHES = 8;

/** Which statements: whole ids (14 hex digits) or the beginning of one; `database` where it is not the target's own. */
export type WhyAsked = { ids: readonly string[]; database?: string };

/**
 * A read step: why statements are slow, by id as asked. Nothing is run but EXPLAIN without ANALYZE, in transactions that only read.
 * A statement that cannot be planned says why in `noPlan`.
 */
export async function whyOf(target: PostgresTarget, asked: WhyAsked): Promise<{ [id: string]: Why }> {
  const { primary } = target;
  const all = (make: (id: string) => Why) => Object.fromEntries(asked.ids.map((id) => [id, make(id)]));
  if (!primary) return all((id) => emptyWhy(id, { reason: 'no member that takes writes answered', fix: null }));
  const found = await findEverywhere(target, primary, asked.ids);
  if ('missing' in found) {
    return all((id) => emptyWhy(id, { reason: found.missing.skipped, fix: found.missing.fix }));
  }
  const [here] = await primary.query<{ database: string }>('select current_database() as database');
  const database = here?.database ?? '';
  const whys: { [id: string]: Why } = {};
  for (const id of asked.ids) {
    const matches = [...found.entries].filter(([known]) => known.startsWith(id));
    whys[id] =
      matches.length > 1
        ? { ...emptyWhy(id, { reason: `several statements begin with ${id}`, fix: null }), matches: matchesOf(matches) }
        : matches[0]
          ? withFound(
              await whyOne(primary, matches[0][1], { here: database, wanted: asked.database ?? database }),
              matches[0][1],
            )
          : emptyWhy(id, noPlanOf(found));
  }
  return whys;
}

function withFound(why: Why, [entry]: readonly Entry[]): Why {
  return entry?.found === undefined ? why : { ...why, notes: [entry.found, ...why.notes] };
}

function matchesOf(matches: readonly (readonly [string, readonly Entry[]])[]): Why['matches'] {
  return matches.slice(0, MOST_MATCHES).map(([id, [entry]]) => ({ id, text: shownText(entry?.text ?? '') }));
}

/** Of the ways in which it ran, those in the database that is asked about; the one that took most time is planned. */
async function whyOne(
  member: PostgresMember,
  entries: readonly Entry[],
  { here, wanted }: { here: string; wanted: string },
): Promise<Why> {
  const inWanted = entries.filter(({ database }) => database === wanted);
  const chosen = inWanted.length > 0 ? inWanted : entries;
  const [entry] = chosen;
  if (!entry) throw new TypeError('a statement that was found has an entry');
  const sameDatabase = chosen.filter(({ database }) => database === entry.database);
  const { deviationMs, ...counted } = countedOf(sameDatabase);
  const base: Why = {
    ...emptyWhy(entry.id, null),
    text: shownText(entry.text),
    database: entry.database,
    counted,
  };
  if (entry.database !== here) {
    const reason = `it ran in the database ${entry.database ?? 'of a name that is gone'}, and our connection is to ${here}`;
    return { ...base, noPlan: { reason, fix: `Add a target with that database to nightshift.yaml.` } };
  }
  const sendable = explainable(entry.sql);
  if ('reason' in sendable) return { ...base, noPlan: { reason: sendable.reason, fix: null } };
  return await planned(member, base, { entry, sendable, counted: { ...counted, deviationMs } });
}

type NoPlan = Extract<Planned, { reason: string }> | { reason: string; fix: string };
type Chosen = { entry: Entry; sendable: Exclude<Explainable, { reason: string }>; counted: Evidence['counted'] };

async function planned(member: PostgresMember, base: Why, chosen: Chosen): Promise<Why> {
  const { entry, sendable } = chosen;
  const [settings, risk] = await Promise.all([roleSettings(member, entry.role), tooPowerful(member)]);
  const answer = risk ?? (await askPlan(member, sendable, settings.searchPath));
  if ('reason' in answer) return await unplanned(member, base, { ...chosen, settings, answer });
  const { plan, ofReading } = answer;
  const tables = await tableFacts(member, tablesIn(plan));
  const evidence = await evidenceOf(member, { ...chosen, settings, plan, tables }, writtenTable(plan));
  const reasons = reasonsOf(evidence);
  const candidates = indexCandidates(evidence).slice(0, MOST_TRIED);
  const statement = { sendable: answer.sendable, path: settings.searchPath, costBefore: plan.totalCost };
  const trials = candidates.length === 0 ? { proofs: [] } : await tryIndexes(member, statement, candidates);
  return {
    ...base,
    plan: { lines: planLines(plan), hash: planHash(plan.root), totalCost: plan.totalCost, rows: plan.root.rows },
    reasons,
    advice: adviceOf(evidence, reasons, indexAdvice(candidates, trials)),
    notes: notesOf({ ofReading, trials, tables }),
  };
}

/** What the tables that its text names and its counters tell. Nothing of it is more than likely. */
async function unplanned(
  member: PostgresMember,
  base: Why,
  known: Chosen & { settings: RoleSettings; answer: NoPlan },
): Promise<Why> {
  const { entry, sendable, settings, answer } = known;
  const tables = await namedTables(member, sendable.sql, settings.searchPath);
  const plan = tablesAsPlan(tables);
  const evidence = await evidenceOf(
    member,
    { ...known, plan, tables },
    sendable.verb === 'delete' ? (tables[0]?.table ?? null) : null,
  );
  const compared = comparedIn(entry.text, tables);
  const reasons = reasonsOf(evidence, comparedReasons(compared));
  const candidates = [...indexCandidates(evidence), ...comparedCandidates(compared)];
  return {
    ...base,
    noPlan: { reason: answer.reason, fix: 'fix' in answer ? answer.fix : await fixOf(member, answer.denied, tables) },
    reasons,
    advice: adviceOf(evidence, reasons, indexAdvice(candidates, { untried: answer.reason })),
    notes: [
      'Without a plan the reasons come from the counters of the statement and of the tables that its text names.',
    ],
  };
}

type Known = Chosen & { settings: RoleSettings; plan: Plan; tables: readonly TableFacts[] };

async function evidenceOf(member: PostgresMember, known: Known, written: string | null): Promise<Evidence> {
  const { entry, sendable, counted, settings, plan, tables } = known;
  const oids = tables.flatMap(({ table, oid }) => (table === written ? [oid] : []));
  const references = sendable.verb === 'delete' ? await unindexedReferences(member, oids) : [];
  return {
    text: entry.text,
    verb: sendable.verb,
    counted,
    role: entry.role,
    database: entry.database,
    plan,
    tables,
    references,
    settings,
  };
}

function tablesIn(plan: Evidence['plan']): TableName[] {
  const names = nodesOf(plan.root).flatMap(({ schema, relation, ownCost }) =>
    relation === null ? [] : [{ schema: schema ?? 'public', table: relation, ownCost }],
  );
  const unique = new Map(
    names.toSorted((a, b) => a.ownCost - b.ownCost).map((one) => [`${one.schema}.${one.table}`, one]),
  );
  return [...unique.values()].toSorted((a, b) => b.ownCost - a.ownCost).slice(0, MOST_TABLES);
}

/** The table that a write changes: named by its node, or, where only its reading is planned, the first that is read. */
function writtenTable({ root }: Evidence['plan']): string | null {
  const nodes = nodesOf(root);
  return (
    (nodes.find(({ type }) => type === 'ModifyTable') ?? nodes.find(({ relation }) => relation !== null))?.relation ??
    null
  );
}

function notesOf(seen: {
  ofReading: boolean;
  trials: Awaited<ReturnType<typeof tryIndexes>>;
  tables: Evidence['tables'];
}): string[] {
  const blind = seen.tables.some(
    ({ columns, plannedRows }) =>
      plannedRows !== null && Object.values(columns).every(({ statistics }) => statistics === null),
  );
  return [
    ...(seen.ofReading
      ? [
          'The plan is of the rows that it reads: EXPLAIN of a statement that writes asks for the right to write, which our role should not have.',
        ]
      : []),
    ...('untried' in seen.trials
      ? [`Indexes were not tried: ${seen.trials.untried}; with it they are proved before you build them.`]
      : []),
    ...(blind ? ['How values are distributed is hidden from our role, so skew is not looked for.'] : []),
  ];
}

/** EXPLAIN asks for SELECT on each table, of whoever asks. https://www.postgresql.org/docs/current/sql-grant.html */
async function fixOf(member: PostgresMember, denied: boolean, tables: readonly TableFacts[]): Promise<string | null> {
  if (!denied) return null;
  const [row] = await member.query<{ role: string; hidden: number[] }>(HIDDEN, [tables.map(({ oid }) => oid)]);
  const hidden = tables.filter(({ oid }) => row?.hidden.includes(oid)).map(({ name }) => name);
  // What is missing is the right to write, and that is not given to a role that looks.
  if (tables.length > 0 && hidden.length === 0) return null;
  const what = hidden.length > 0 ? hidden.join(', ') : 'ALL TABLES IN SCHEMA public';
  return `GRANT SELECT ON ${what} TO ${row?.role ?? 'nightshift_read'}; -- then the role of the read room could read rows, which it never does`;
}

const HIDDEN = `
  select quote_ident(current_user) as role,
         (select coalesce(json_agg(one), '[]') from unnest($1::int8[]) one where not has_table_privilege(one::oid, 'SELECT')) as hidden`;
