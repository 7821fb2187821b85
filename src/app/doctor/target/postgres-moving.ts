import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { isManaged } from '../../../providers/setting-advice.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

const MIGRATION = 'infra/migrations/init-database.sql';

/** Only 15 and later know rights on settings. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS */
const MAY_ALTER = `has_parameter_privilege('synchronous_standby_names', 'alter system')
  and has_parameter_privilege('default_transaction_read_only', 'alter system')`;

const MAY_MOVE = (version: number) => `
  select current_user as "user",
         ${version >= 150_000 ? MAY_ALTER : '(select rolsuper from pg_roles where rolname = current_user)'} as "alters",
         has_function_privilege('pg_reload_conf()', 'execute') as "reloads",
         has_function_privilege('pg_promote(boolean, integer)', 'execute') as "promotes",
         has_table_privilege('pg_catalog.pg_file_settings', 'select')
           and has_function_privilege('pg_show_all_file_settings()', 'execute') as "readsFiles"`;

type Moving = { user: string; alters: boolean; reloads: boolean; promotes: boolean; readsFiles: boolean };

/** Names alone would be an error where the schema is not there, or not open to the role. */
const COUNTS = `
  select current_user as "user", count(p.oid)::int as "there",
         coalesce(bool_and(has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage')), false) as "may",
         exists (select from pg_extension where extname = 'pg_walinspect') as "inspects"
    from pg_namespace n join pg_proc p on p.pronamespace = n.oid
   where n.nspname = 'nightshift' and p.proname in ('timeline_history', 'changes_since')`;

type Counting = { user: string; there: number; may: boolean; inspects: boolean };

/** What moving the writes of servers of one's own needs, and counting afterwards what was lost. A cloud, and Patroni, move them themselves. */
export function movingQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  if (isManaged(spec)) return [];
  const has = (room: 'read' | 'act') => spec.members.some(({ credentials }) => credentials[room]);
  const isPatroni = spec.members.some(({ patroni }) => patroni);
  return [
    ...(has('act') && !isPatroni ? [question(sessions, spec, 'act', 'moving', 'may move the writes', moves)] : []),
    ...(has('read') ? [question(sessions, spec, 'read', 'losses', 'may count what a failover lost', counts)] : []),
  ];
}

type Ask = (member: PostgresMember, spec: TargetSpec) => Promise<Answer>;

function question(
  sessions: Sessions,
  spec: TargetSpec,
  room: 'read' | 'act',
  what: string,
  title: string,
  ask: Ask,
): Question {
  return {
    id: `target.${spec.name}.${what}`,
    title: `The role of the ${room} room ${title}`,
    ask: async () => {
      const target = await sessions.open(spec, room);
      const member = target.engine === 'postgres' ? (target.primary ?? target.members[0]) : undefined;
      return member ? ask(member, spec) : skipped(`no member let the ${room} room in`);
    },
  };
}

async function moves(member: PostgresMember): Promise<Answer> {
  const [rights] = await member.query<Moving>(MAY_MOVE(member.version));
  return rights ? judgeMoving(rights, member.version) : skipped('the server did not say what the role may');
}

/** Pure: all that is missing at once, as the lines that give it, for a superuser on the primary. */
function judgeMoving({ user, alters, reloads, promotes, readsFiles }: Moving, version: number): Answer {
  const isOld = version < 150_000;
  const missing = [
    ...(alters ? [] : [{ what: 'ALTER SYSTEM on the two settings that hold writes', line: alterLine(user, isOld) }]),
    ...(reloads ? [] : [{ what: 'pg_reload_conf', line: `GRANT EXECUTE ON FUNCTION pg_reload_conf() TO ${user};` }]),
    ...(promotes
      ? []
      : [{ what: 'pg_promote', line: `GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO ${user};` }]),
    ...(readsFiles
      ? []
      : [
          {
            what: 'pg_file_settings',
            line: `GRANT SELECT ON pg_file_settings TO ${user}; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO ${user};`,
          },
        ]),
  ];
  if (missing.length === 0) return { ok: user };
  const what = missing.map((one) => one.what).join(', ');
  const lines = missing.map(({ line }) => line).join(' ');
  return {
    problem: `${user} lacks ${what}: /db switchover and /db failover are refused`,
    fix: `On the primary, as a superuser: ${lines} ${MIGRATION} gives all of it.`,
  };
}

function alterLine(user: string, isOld: boolean): string {
  if (isOld) return 'Before version 15 only a superuser may: name one as the act login, or update.';
  return `GRANT ALTER SYSTEM ON PARAMETER synchronous_standby_names, default_transaction_read_only TO ${user};`;
}

async function counts(member: PostgresMember, spec: TargetSpec): Promise<Answer> {
  const [found] = await member.query<Counting>(COUNTS);
  return found ? judgeCounting(found, member.version, spec) : skipped('the server did not say what the role may');
}

/** Pure. */
function judgeCounting({ user, there, may, inspects }: Counting, version: number, spec: TargetSpec): Answer {
  const database = spec.database ?? 'the database';
  if (there < 2) {
    const fix = `psql -d ${database} -v ON_ERROR_STOP=1 -f ${MIGRATION}, on the primary, as a superuser`;
    return {
      problem: `nightshift.timeline_history and changes_since are not in ${database}: /db loss cannot count`,
      fix,
    };
  }
  if (!may) {
    const lines = ['timeline_history()', 'changes_since(pg_lsn)'].map(
      (one) => `GRANT EXECUTE ON FUNCTION nightshift.${one} TO ${user};`,
    );
    return {
      problem: `${user} may not use nightshift.timeline_history and changes_since`,
      fix: `GRANT USAGE ON SCHEMA nightshift TO ${user}; ${lines.join(' ')}`,
    };
  }
  if (inspects) return { ok: `${user}, with pg_walinspect` };
  if (version < 150_000) return skipped('pg_walinspect came with version 15: a loss is bounded here, and not counted');
  return {
    problem: `pg_walinspect is not in ${database}: /db loss says where the histories part, and counts nothing`,
    fix: `In ${database}, as a superuser: CREATE EXTENSION pg_walinspect; (its files are in contrib)`,
  };
}
