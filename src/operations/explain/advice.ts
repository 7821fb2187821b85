import { bytesText } from '../../checks/wording.ts';
import { BLOCK_BYTES, type Evidence } from './evidence.ts';
import { quoted } from './quoted.ts';
import type { Advice, Reason } from './why-types.ts';

const MOST_ADVICE = 3;
const KB = 1024;
/** More than that for one sort or hash is a matter for somebody who knows the memory of the machine. */
const MOST_MEMORY_BYTES = 268_435_456;

/** Pure: what to do, by the reasons that were found; of the indexes those that help. */
export function adviceOf(evidence: Evidence, reasons: readonly Reason[], indexes: readonly Advice[]): Advice[] {
  const isStale = reasons[0]?.kind === 'stale-statistics';
  const vacuumed = reasons.filter(({ kind }) => kind === 'dead-rows').map(({ relation }) => relation);
  const others = reasons
    // VACUUM (ANALYZE) does both.
    .filter(({ kind, relation }) => kind !== 'stale-statistics' || !vacuumed.includes(relation))
    .flatMap((reason) => adviceFor(evidence, reason));
  // On stale statistics every proof is about another table: ANALYZE comes first, and then one looks again.
  if (isStale) return [...others, ...indexes.map(later)].slice(0, MOST_ADVICE);
  // An expression can be indexed at once; to write it otherwise takes a release of the application.
  const isLater = reasons[0]?.kind === 'function-on-column' && indexes.length > 0;
  const first = reasons[0] && !isLater ? adviceFor(evidence, reasons[0]) : [];
  const rest = others.filter(({ sentence }) => !first.some((one) => one.sentence === sentence));
  return [...first, ...indexes, ...rest].slice(0, MOST_ADVICE);
}

function later(index: Advice): Advice {
  return {
    ...index,
    sure: 'guess',
    notes: ['After ANALYZE look again: this was planned with stale statistics.', ...index.notes],
  };
}

function adviceFor(evidence: Evidence, { kind, relation }: Reason): Advice[] {
  const table = evidence.tables.find(({ name }) => name === relation);
  switch (kind) {
    case 'stale-statistics':
      return relation === null ? [] : [analyze(relation, table?.autovacuumOff === true)];
    case 'dead-rows':
      return relation === null ? [] : [vacuum(relation, table?.autovacuumOff === true)];
    case 'invalid-index':
      return (table?.indexes ?? [])
        .filter(({ isValid }) => !isValid)
        .slice(0, 1)
        .map(({ name }) => rebuild(`${quoted(table?.schema ?? '')}.${quoted(name)}`));
    case 'work-memory':
      return [memory(evidence)];
    case 'generic-plan':
      return [planMode(evidence)];
    case 'cast-on-column':
      return [
        rewrite(
          'Give the parameter the type of the column in the application, or cast the parameter instead of the column.',
        ),
      ];
    case 'function-on-column':
      return [
        rewrite(
          'Compare the column itself where that can be said, with a range for a part of it such as a day; or index the same expression.',
        ),
      ];
    case 'deep-offset':
      return [
        rewrite(
          'Go on from the last row seen instead of OFFSET: WHERE (the columns of ORDER BY) < (their last values), with the same ORDER BY and LIMIT.',
        ),
      ];
    default:
      return [];
  }
}

/** https://www.postgresql.org/docs/current/sql-analyze.html */
function analyze(relation: string, isOff: boolean): Advice {
  return {
    kind: 'analyze',
    sentence: `ANALYZE ${relation}, so that the planner knows it again: it reads a sample and lets everybody work.`,
    sure: 'likely',
    sql: [`ANALYZE ${relation};`],
    notes: [
      'It takes seconds, and the next call is planned anew. Loads of many rows should end with it.',
      ...offNote(relation, isOff),
    ],
  };
}

/** https://www.postgresql.org/docs/current/sql-vacuum.html */
function vacuum(relation: string, isOff: boolean): Advice {
  return {
    kind: 'vacuum',
    sentence: `VACUUM ${relation} makes the room of dead rows usable again; an old transaction or slot may keep them (/db health says).`,
    sure: 'likely',
    sql: [`VACUUM (ANALYZE) ${relation};`],
    notes: [
      'It lets everybody work and reads the table once. The file stays as long as it is: only pg_repack, or VACUUM FULL, which locks everybody out, makes it shorter.',
      ...offNote(relation, isOff),
    ],
  };
}

function offNote(relation: string, isOff: boolean): string[] {
  return isOff
    ? [`Autovacuum is turned off for it; on again: \`ALTER TABLE ${relation} RESET (autovacuum_enabled);\`.`]
    : [];
}

function rebuild(index: string): Advice {
  return {
    kind: 'drop-invalid',
    sentence: `Rebuild ${index} if nobody builds it now (pg_stat_progress_create_index), or drop it and make it anew.`,
    sure: 'proved',
    sql: [`REINDEX INDEX CONCURRENTLY ${index};`],
    notes: ['It waits for every transaction that is open. If nobody wants the index: DROP INDEX CONCURRENTLY.'],
  };
}

/** https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM */
function memory({ counted, settings, role, database }: Evidence): Advice {
  const wanted = Math.max(settings.workMemBytes * 2, counted.temporaryBlocksPerCall * BLOCK_BYTES * 1.5);
  const bytes = Math.min(MOST_MEMORY_BYTES, 2 ** Math.ceil(Math.log2(wanted)));
  const whose = alterRole(role, database);
  return {
    kind: 'memory',
    sentence: `Give this role ${bytesText(bytes)} of work_mem instead of ${bytesText(settings.workMemBytes)}, not the whole server.`,
    sure: 'guess',
    sql: [`${whose} SET work_mem TO ${Math.round(bytes / KB)};`],
    notes: [
      'The number is in kB. It counts for new sessions, and each sort and hash of each session may take it: multiply before you set it.',
      `Better for this statement alone: SET LOCAL work_mem in its transaction. Undo: \`${whose} RESET work_mem;\`.`,
    ],
  };
}

/** What is set for a role in a database wins over everything else. https://www.postgresql.org/docs/current/sql-alterrole.html */
function alterRole(role: string | null, database: string | null): string {
  const place = database === null ? '' : ` IN DATABASE ${quoted(database)}`;
  return `ALTER ROLE ${role === null ? 'the_role' : quoted(role)}${place}`;
}

/** https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE */
function planMode({ role, database }: Evidence): Advice {
  const whose = alterRole(role, database);
  return {
    kind: 'plan-mode',
    sentence: 'Have each call planned for its own value.',
    sure: 'guess',
    sql: [`${whose} SET plan_cache_mode TO force_custom_plan;`],
    notes: [
      `It counts for new sessions and costs planning at each call; for this statement alone: SET LOCAL plan_cache_mode. Undo: \`${whose} RESET plan_cache_mode;\`.`,
      'Where a rare value is what is looked for, a partial index on the rare values is smaller and surer.',
    ],
  };
}

function rewrite(sentence: string): Advice {
  return { kind: 'rewrite', sentence, sure: 'likely', sql: [], notes: [] };
}
