import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { DatabaseRoom } from '../../../core/room.ts';
import { replicationGrant } from '../../../providers/setting-advice.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { databaseRooms } from './logins.ts';
import type { Sessions } from './sessions.ts';

/**
 * What the role of this session may. Roles that a version does not know yet are left out of the question.
 * https://www.postgresql.org/docs/current/predefined-roles.html
 */
const RIGHTS = `
  select current_user as "user", rolsuper as "superuser", rolreplication as "replication",
         pg_has_role('pg_monitor', 'usage') as "monitors", pg_has_role('pg_signal_backend', 'usage') as "signals",
         exists (select from pg_roles r where r.rolname in ('pg_write_all_data', 'rds_superuser', 'rds_replication')
                 and r.rolname <> 'rds_replication' and pg_has_role(r.oid, 'usage')) as "writesAll",
         exists (select from pg_roles r where r.rolname = 'rds_replication' and pg_has_role(r.oid, 'usage')) as "rdsReplication",
         has_database_privilege(current_database(), 'create') as "createsSchemas",
         (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'
             and has_table_privilege(c.oid, 'insert, update, delete, truncate')) as "writableTables"
    from pg_roles where rolname = current_user`;

type Rights = {
  user: string;
  superuser: boolean;
  replication: boolean;
  monitors: boolean;
  signals: boolean;
  writesAll: boolean;
  rdsReplication: boolean;
  createsSchemas: boolean;
  writableTables: number;
};

/** The role of each room may what the room does, and the read role may not write. */
export function grantQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  return databaseRooms
    .filter((room) => spec.members.some(({ credentials }) => credentials[room]))
    .map((room) => ({
      id: `target.${spec.name}.grants.${room}`,
      title: `The role of the ${room} room may what it has to`,
      ask: async () => {
        const target = await sessions.open(spec, room);
        const member = target.engine === 'postgres' ? (target.primary ?? target.members[0]) : undefined;
        if (!member) return skipped(`no member let the ${room} room in`);
        return judgeRights(room, spec, await rightsOf(member));
      },
    }));
}

async function rightsOf(member: PostgresMember): Promise<Rights | undefined> {
  return (await member.query<Rights>(RIGHTS))[0];
}

/** Pure. */
function judgeRights(room: DatabaseRoom, spec: TargetSpec, rights: Rights | undefined): Answer {
  if (!rights) return skipped('the server did not say what the role may');
  const { user } = rights;
  const missing = missingRights(room, spec, rights);
  if (missing) return missing;
  const tooMuch = room === 'read' ? whatItMayWrite(rights) : undefined;
  if (tooMuch !== undefined) return { problem: `the read role ${user} can write: ${tooMuch}`, fix: revokeFix(rights) };
  return { ok: rights.superuser ? `${user} may, as a superuser; a smaller role would do` : user };
}

function missingRights(room: DatabaseRoom, spec: TargetSpec, rights: Rights): Answer | undefined {
  const { user, monitors, signals, replication, rdsReplication } = rights;
  if (room !== 'copy' && !monitors) {
    const blind = 'statements of other users, sizes, replication and settings stay unseen';
    return { problem: `${user} is no member of pg_monitor: ${blind}`, fix: `GRANT pg_monitor TO ${user};` };
  }
  if (room === 'act' && !signals) {
    const fix = `GRANT pg_signal_backend TO ${user};`;
    return { problem: `${user} is no member of pg_signal_backend, so it can end no session`, fix };
  }
  if (room === 'copy' && !replication && !rdsReplication) {
    return { problem: `${user} may not replicate, so it can copy nothing`, fix: replicationGrant(spec, user) };
  }
  return undefined;
}

function whatItMayWrite(rights: Rights): string | undefined {
  if (rights.superuser) return 'it is a superuser';
  if (rights.writesAll) return 'it is a member of a role that writes everywhere';
  if (rights.createsSchemas) return 'it may create schemas in this database';
  if (rights.writableTables > 0)
    return `it may change ${rights.writableTables} ${rights.writableTables === 1 ? 'table' : 'tables'}`;
  return undefined;
}

function revokeFix({ user, superuser }: Rights): string {
  if (superuser) return `ALTER ROLE ${user} NOSUPERUSER; or make a role of its own for reading.`;
  return `Take those rights from ${user} (\\du+ and \\dp in psql show them), or make a new role with GRANT pg_monitor alone.`;
}
