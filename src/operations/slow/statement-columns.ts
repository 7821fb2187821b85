import type { Counter } from '../../core/statement.ts';
import type { PostgresMember } from '../../targets/postgres.ts';

/** The columns of the view as this server has them: the extension's version decides, not the server's. */
const COLUMNS = `
  select attname::text as name from pg_attribute
   where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`;

/** What each counter is summed from: `s` is pg_stat_statements. A counter that this version does not know is 0. */
export type Columns = { sums: { readonly [C in Counter]: string }; topLevel: string };

/** In the order of the versions: what is named first is taken where it is there, and all that stand together are added. */
const SOURCES: { readonly [C in Counter]: readonly (readonly string[])[] } = {
  calls: [['calls']],
  // Whoever waits for an answer waits for its plan too; planning is 0 unless track_planning is on.
  totalMs: [['total_exec_time', 'total_plan_time']],
  rows: [['rows']],
  hitPages: [['shared_blks_hit', 'local_blks_hit']],
  readPages: [['shared_blks_read', 'local_blks_read']],
  // 1.11 renamed them, and counts local and temporary pages apart.
  ioMs: [
    [
      'shared_blk_read_time',
      'shared_blk_write_time',
      'local_blk_read_time',
      'local_blk_write_time',
      'temp_blk_read_time',
      'temp_blk_write_time',
    ],
    ['blk_read_time', 'blk_write_time', 'temp_blk_read_time', 'temp_blk_write_time'],
  ],
  tempPages: [['temp_blks_read', 'temp_blks_written']],
  walBytes: [['wal_bytes']],
  planMs: [['total_plan_time']],
  jitMs: [
    ['jit_generation_time', 'jit_inlining_time', 'jit_optimization_time', 'jit_emission_time', 'jit_deform_time'],
  ],
};

/** Looks once which columns there are. https://www.postgresql.org/docs/current/pgstatstatements.html */
export async function columnsOf(member: PostgresMember, schema: string): Promise<Columns> {
  const rows = await member.query<{ name: string }>(COLUMNS, [`${schema}.pg_stat_statements`]);
  const known = new Set(rows.map(({ name }) => name));
  const sums = Object.entries(SOURCES).map(([counter, sources]) => [counter, sumOf(sources, known)] as const);
  return {
    sums: Object.fromEntries(sums) as Columns['sums'],
    topLevel: known.has('toplevel') ? 's.toplevel' : 'true',
  };
}

function sumOf(sources: readonly (readonly string[])[], known: ReadonlySet<string>): string {
  const source = sources.find(([first = '']) => known.has(first)) ?? [];
  const columns = source.filter((column) => known.has(column)).map((column) => `s.${column}`);
  return columns.length === 0 ? '0' : columns.join(' + ');
}
