/** Tables in one transaction: each takes a handful of locks. */
const AT_ONCE = 100;

/** Every fiftieth table is a hundred times as large as the others. */
const CREATE = `
  create table t%1$s (id serial primary key, a int, b text, c timestamptz default now());
  create index on t%1$s (a);
  insert into t%1$s (a, b) select g, md5(g::text) from generate_series(1, case when %1$s %% 50 = 0 then 5000 else 50 end) g`;

/** Makes `t1` to `t<count>`, each with rows and two indexes, vacuumed and analysed; then two of them get dead rows. */
export async function createTables(query: (sql: string) => Promise<unknown>, count: number): Promise<void> {
  for (let from = 1; from <= count; from += AT_ONCE) {
    const to = Math.min(count, from + AT_ONCE - 1);
    await query(`DO $do$ BEGIN FOR i IN ${from}..${to} LOOP EXECUTE format($t$${CREATE}$t$, i); END LOOP; END $do$`);
  }
  await query('VACUUM (ANALYZE)');
  for (const table of ['t50', 't100']) await query(`UPDATE ${table} SET b = 'changed'`);
  await query('CHECKPOINT');
}
