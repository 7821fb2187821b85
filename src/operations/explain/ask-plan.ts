import { asFault, type Fault } from '../../core/errors.ts';
import type { PostgresMember } from '../../targets/postgres.ts';
import { explainable, type Explainable } from './explainable.ts';
import { missingRight } from './missing-right.ts';
import { readPlan, type Plan } from './plan.ts';
import { readPart } from './read-part.ts';

/** From 16 on EXPLAIN plans parameters by itself. https://www.postgresql.org/docs/current/sql-explain.html */
const GENERIC = (sql: string) => `explain (generic_plan, verbose, format json) ${sql}`;
/**
 * Before, a prepared statement has types for its parameters, and plan_cache_mode makes EXPLAIN EXECUTE plan without looking at the
 * values. https://www.postgresql.org/docs/15/runtime-config-query.html#GUC-PLAN-CACHE-MODE
 */
const PREPARE = (sql: string) => `prepare nightshift_why as ${sql}`;
const EXECUTE = (parameters: number) =>
  `explain (verbose, format json) execute nightshift_why${parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`}`;

/** A plan, whether it is of the rows that the statement reads only; or why there is none. */
export type Planned =
  | { plan: Plan; ofReading: boolean; /** What was planned. */ sendable: Sendable }
  | { reason: string; state: string | null; denied: boolean };

/** Where names without a schema are looked for, and which role says so. */
export type SearchPath = string | null;

type Sendable = Exclude<Explainable, { reason: string }>;

/** Plans a statement, never runs it: in a transaction that only reads, and is undone. Throws what is no refusal of the server. */
export async function askPlan(member: PostgresMember, sendable: Sendable, path: SearchPath): Promise<Planned> {
  const part = readPart(sendable.sql, sendable.verb);
  const whole = await planAllowed(member, sendable, path, sendable.verb !== 'select' || part !== undefined);
  if ('plan' in whole || !whole.denied || part === undefined) return whole;
  const reading = explainable(part);
  if ('reason' in reading) return whole;
  const partly = await planAllowed(member, reading, path, false);
  return 'plan' in partly ? { ...partly, ofReading: true } : partly;
}

/** Asks for no plan that the server would refuse for want of a right. */
async function planAllowed(
  member: PostgresMember,
  sendable: Sendable,
  path: SearchPath,
  writes: boolean,
): Promise<Planned> {
  const missing = await missingRight(member, { sql: sendable.sql, writes, path });
  if (missing !== undefined) return { reason: reasonOf('42501', missing), state: '42501', denied: true };
  try {
    return { plan: await planOnce(member, sendable, path), ofReading: false, sendable };
  } catch (thrown) {
    return refusalOf(asFault(thrown));
  }
}

/** One plan, as the server would make it once for all values. */
export async function planOnce(member: PostgresMember, { sql, parameters }: Sendable, path: SearchPath): Promise<Plan> {
  const prepares = member.version < 160_000;
  await member.query('begin read only');
  try {
    if (path !== null) await member.query(`select set_config('search_path', $1, true) as path`, [path]);
    if (!prepares) return await planOf(member, GENERIC(sql));
    await member.query(`select set_config('plan_cache_mode', 'force_generic_plan', true) as mode`);
    await member.query(PREPARE(sql));
    return await planOf(member, EXECUTE(parameters));
  } finally {
    await member.query('rollback');
    if (prepares) await member.query('deallocate all');
  }
}

async function planOf(member: PostgresMember, sql: string): Promise<Plan> {
  const [row] = await member.query<{ 'QUERY PLAN': unknown }>(sql);
  return readPlan(row?.['QUERY PLAN']);
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
function refusalOf(fault: Fault): Extract<Planned, { reason: string }> {
  if (fault.code === 'target_unreachable') throw fault;
  const state = /\((\w{5})\)$/.exec(fault.message)?.[1] ?? null;
  return { reason: reasonOf(state, fault.message.replace(/ \(\w{5}\)$/, '')), state, denied: state === '42501' };
}

function reasonOf(state: string | null, message: string): string {
  switch (state) {
    case '42501':
      return `our role lacks the right that EXPLAIN asks for: ${message}`;
    case '42P01':
    case '42883':
    case '42704':
    case '3F000':
      return `a name in it is not found on the search path of its role, or was dropped since: ${message}`;
    case '42703':
      return `a column in it is not there any more: ${message}`;
    case '42P18':
    case '42P08':
      return `without its values nobody can tell the type of a parameter: ${message}`;
    case '42601':
      return 'its text does not parse any more now that pg_stat_statements has taken the values out of it';
    case '55P03':
      return 'a table of it is locked at the moment (ALTER TABLE, VACUUM FULL, …), and we do not wait';
    case '57014':
      return 'planning it took longer than our time limit';
    default:
      return message;
  }
}
