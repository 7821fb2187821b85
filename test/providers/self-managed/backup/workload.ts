import type { TestPostgres } from '../../../servers.ts';

/** A random number generator that a seed repeats: mulberry32. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Make = (table: string, random: (below: number) => number) => string[];

const fill = (table: string, rows: number) =>
  `INSERT INTO ${table} SELECT g, repeat(md5(g::text), 1 + g % 5) FROM generate_series(1, ${rows}) g`;

/** What changes files in each way that an increment has to know of: grown, shrunk, cut off and grown again, made anew, gone. */
const CHANGES: readonly Make[] = [
  (table, random) => [fill(table, 1 + random(4000))],
  (table, random) => [`UPDATE ${table} SET text = md5(text) WHERE id % ${2 + random(50)} = 1`],
  (table, random) => [`DELETE FROM ${table} WHERE id % ${2 + random(9)} = 0`],
  (table, random) => [`DELETE FROM ${table} WHERE id > ${random(1500)}`, `VACUUM ${table}`],
  (table, random) => [`DELETE FROM ${table} WHERE id > ${random(500)}`, `VACUUM ${table}`, fill(table, random(6000))],
  (table) => [`TRUNCATE ${table}`],
  (table, random) => [`TRUNCATE ${table}`, fill(table, random(3000))],
  (table) => [`VACUUM FULL ${table}`],
  (table) => [`VACUUM (FREEZE) ${table}`],
  (table, random) => [`DROP TABLE ${table}`, `CREATE TABLE ${table} (id int, text text)`, fill(table, random(2000))],
  (table) => [`DROP INDEX IF EXISTS ${table}_id`, `CREATE INDEX ${table}_id ON ${table} (id)`],
  (table) => [
    `ALTER TABLE ${table} ALTER COLUMN text TYPE varchar`,
    `ALTER TABLE ${table} ALTER COLUMN text TYPE text`,
  ],
];

export const TABLES = ['t0', 't1', 't2', 't3', 't4'];

export async function makeTables(server: TestPostgres): Promise<void> {
  for (const table of TABLES) {
    await server.query(`CREATE TABLE IF NOT EXISTS ${table} (id int, text text)`);
    await server.query(fill(table, 3000));
  }
}

/** Changes tables at random; gives the statements, for who wants to see them again. */
export async function change(
  server: TestPostgres,
  random: (below: number) => number,
  times: number,
): Promise<string[]> {
  const client = await server.connect();
  const said: string[] = [];
  try {
    for (let i = 0; i < times; i++) {
      const statements = CHANGES[random(CHANGES.length)]?.(TABLES[random(TABLES.length)] ?? 't0', random) ?? [];
      for (const statement of statements) {
        said.push(statement);
        await client.query(statement);
      }
      if (random(4) === 0) await client.query('CHECKPOINT');
    }
  } finally {
    await client.end();
  }
  return said;
}
