import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { PostgresServers, Stage } from './fault.ts';

type PostgresStage = Stage<PostgresServers>;

/** A session of an application that ends with the scene. */
export async function session(stage: PostgresStage, application: string): Promise<pg.Client> {
  const client = await stage.servers.primary.connect(application);
  stage.afterwards(() => client.end());
  return client;
}

/** Sends a statement that waits or works until its session ends. */
export function sends(client: pg.Client, sql: string): void {
  client.query(sql).catch(() => {});
}

/** Statements as superuser, each on a connection of its own, one after the other. */
export async function run(stage: PostgresStage, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await stage.servers.primary.query(sql);
}

/** Undoes with statements; those that fail have nothing to undo. */
export function undoWith(stage: PostgresStage, ...statements: readonly string[]): void {
  stage.afterwards(async () => {
    for (const sql of statements) await stage.servers.primary.query(sql).catch(() => {});
  });
}

/** Asks until a query gives a row, for what the server shows a little later. */
export async function untilRow(stage: PostgresStage, sql: string): Promise<void> {
  await untilTrue(async () => (await stage.servers.primary.query(sql)).length > 0);
}

export async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(30);
}

/** Sessions that have waited for a lock this long. */
export function waiting(application: string, seconds: number): string {
  return `SELECT FROM pg_stat_activity WHERE application_name = '${application}' AND wait_event_type = 'Lock'
            AND clock_timestamp() - query_start > make_interval(secs => ${seconds})`;
}

/** Sessions that do the same again and again until the scene ends; `turn` counts up in each. */
export async function keepsOn(
  stage: PostgresStage,
  application: string,
  sessions: number,
  work: (client: pg.Client, turn: number) => Promise<unknown>,
): Promise<void> {
  const over = new AbortController();
  const ended: Promise<void>[] = [];
  for (let n = 0; n < sessions; n += 1) {
    const client = await session(stage, application);
    ended.push(repeat(over.signal, (turn) => work(client, turn * sessions + n)).catch(() => {}));
  }
  stage.afterwards(async () => {
    over.abort();
    await Promise.all(ended);
  });
}

async function repeat(over: AbortSignal, work: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0; !over.aborted; turn += 1) await work(turn);
}
