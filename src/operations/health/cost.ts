import type { Seen } from '../../core/check.ts';
import { asFault } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { StepRoom } from '../../core/room.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countStatements, type Counted } from './count-statements.ts';
import { lookAtMachines, lookOf, questionsFor, type CheckCost, type Costs, type Look } from './look.ts';

/** https://www.postgresql.org/docs/current/catalog-pg-extension.html */
const WHERE = `
  select quote_ident(n.nspname) as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
   where e.extname = 'pg_stat_statements'`;

/**
 * All that our role's statements have cost in this database so far, without the texts and without this statement itself.
 * Another session of the same role counts, too. https://www.postgresql.org/docs/current/pgstatstatements.html
 */
const SPENT = (schema: string) => `
  select coalesce(sum(total_exec_time + total_plan_time), 0)::float8 as ms from ${schema}.pg_stat_statements(false) s
   where s.userid = (select oid from pg_roles where rolname = current_user)
     and s.dbid = (select oid from pg_database where datname = current_database())
     and s.queryid is distinct from (select query_id from pg_stat_activity where pid = pg_backend_pid())`;

type Clock = { read: () => Promise<number> } | { none: string };

/** Asks every check of this room one after the other, and says what each cost. Slower than a look, and as careful. */
export async function lookWithCost(target: AnyTarget, room: StepRoom): Promise<Look> {
  const counted = countStatements(target);
  const clock: Clock =
    target.engine === 'postgres' ? await databaseClock(target) : { none: 'Redis does not tell the time of one client' };
  const answers: [string, Seen<Json>][] = [];
  const checks: CheckCost[] = [];
  for (const question of questionsFor(counted.target, room)) {
    // oxlint-disable-next-line no-await-in-loop -- side by side nobody could tell whose time it was
    const { answer, cost } = await measured(question, counted, clock);
    answers.push(answer);
    checks.push(cost);
  }
  const costs: Costs = { checks, databaseUnmeasured: 'none' in clock ? clock.none : null };
  return { ...lookOf(target, Object.fromEntries(answers), await lookAtMachines(target)), costs };
}

async function measured(
  { check, ask }: ReturnType<typeof questionsFor>[number],
  { statements }: Counted,
  clock: Clock,
): Promise<{ answer: [string, Seen<Json>]; cost: CheckCost }> {
  const spentBefore = await spent(clock);
  const countBefore = statements();
  const beganMs = performance.now();
  const answer = await ask();
  const roomMs = performance.now() - beganMs;
  const spentAfter = await spent(clock);
  const databaseMs = spentBefore === null || spentAfter === null ? null : Math.max(0, spentAfter - spentBefore);
  return { answer, cost: { check, statements: statements() - countBefore, roomMs, databaseMs } };
}

/** Null also when a server went away in the middle: a cost is not worth a broken look. */
async function spent(clock: Clock): Promise<number | null> {
  return 'none' in clock ? null : clock.read().catch(() => null);
}

async function databaseClock({ members }: PostgresTarget): Promise<Clock> {
  if (members.length === 0) return { none: 'no member answered' };
  try {
    const reads = await Promise.all(members.map(readerOn));
    const known = reads.filter((read) => read !== undefined);
    if (known.length < members.length) {
      return { none: 'the extension pg_stat_statements is not in this database (CREATE EXTENSION pg_stat_statements)' };
    }
    const read = async () => {
      const times = await Promise.all(known.map((one) => one()));
      return times.reduce((sum, ms) => sum + ms, 0);
    };
    await read();
    return { read };
  } catch (thrown) {
    return { none: `pg_stat_statements does not answer: ${asFault(thrown).message}` };
  }
}

async function readerOn(member: PostgresMember): Promise<(() => Promise<number>) | undefined> {
  const [found] = await member.query<{ schema: string }>(WHERE);
  return found && (async () => (await member.query<{ ms: number }>(SPENT(found.schema)))[0]?.ms ?? 0);
}
