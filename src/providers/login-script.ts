import type { DatabaseRoom } from '../core/room.ts';
import type { Credential, LoginRole, TargetSpec } from '../targets/spec.ts';
import { aclRules } from './redis-commands.ts';
import { isManaged, replicationGrant } from './setting-advice.ts';

/** The rights of the rooms stand there and nowhere else; psql reads it from the folder of this project. */
const RIGHTS = 'infra/migrations/init-database.sql';
/** What the canary may do, where the config asks for one. */
const CANARY_RIGHTS = 'infra/migrations/canary.sql';

/** The rooms that have work on a target: who hosts it copies it by snapshots. */
export function roomsOf(spec: Pick<TargetSpec, 'engine' | 'provider'>): readonly DatabaseRoom[] {
  return isManaged(spec) ? ['read', 'act'] : ['read', 'act', 'copy'];
}

/** The name that a room's login has unless somebody wants another; ElastiCache takes no underscores. */
export function usualUser(spec: Pick<TargetSpec, 'engine' | 'provider'>, room: LoginRole): string {
  return spec.engine === 'redis' && isManaged(spec) ? `nightshift-${room}` : `nightshift_${room}`;
}

/**
 * What an administrator types once on the servers of a target, so that each room has its own small login. Passwords are typed
 * at a prompt or put in by the reader; none is made here. https://www.postgresql.org/docs/current/predefined-roles.html
 */
export function loginScript(spec: TargetSpec): string {
  const logins = Object.entries(spec.members.find(({ role }) => role === 'primary')?.credentials ?? {});
  const lines =
    spec.engine === 'postgres'
      ? [
          `-- ${spec.name}, here: psql -h <primary> -U <administrator> -d ${spec.database}`,
          `\\i ${RIGHTS}`,
          ...logins.flatMap(([room, login]) => roleLines(spec, room as LoginRole, login)),
        ]
      : logins.flatMap(([room, login]) => userLines(spec, room as LoginRole, login));
  return lines.join('\n');
}

/** The roles of the file are the usual ones; others become members of them, and replication is no right that one inherits. */
function roleLines(spec: TargetSpec, room: LoginRole, { user = '', password }: Credential): string[] {
  const role = identifier(user);
  const inFile = room !== 'copy' && role === usualUser(spec, room);
  return [
    ...(room === 'canary' ? [`\\i ${CANARY_RIGHTS}`] : []),
    ...(inFile ? [] : [`CREATE ROLE ${role} LOGIN;`]),
    ...(password?.from === 'iam' ? [`GRANT rds_iam TO ${role};`] : [`\\password ${role}`]),
    ...(room === 'copy' ? [replicationGrant(spec, role)] : []),
    ...(inFile || room === 'copy' ? [] : [`GRANT ${usualUser(spec, room)} TO ${role};`]),
  ];
}

/** A name that SQL would read otherwise stands in quotes. */
function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function userLines(spec: TargetSpec, room: LoginRole, { user = 'default', password }: Credential): string[] {
  const allowed = aclRules(room, { isManaged: isManaged(spec) });
  const rules = `resetkeys resetchannels -@all ${allowed}`;
  if (isManaged(spec)) return managedUserLines(user, rules, password?.from === 'iam');
  return [
    `# ${spec.name}, on every server but the Sentinels; then ACL SAVE, or the same line in users.acl`,
    `ACL SETUSER ${user} reset on >PASSWORD-OF-${room.toUpperCase()} ${rules}`,
  ];
}

/** With IAM the id and the name of a user are the same. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html */
function managedUserLines(user: string, rules: string, signed: boolean): string[] {
  const mode = signed ? 'Type=iam' : 'Type=password,Passwords=PASSWORD';
  return [
    `aws elasticache create-user --user-id ${user} --user-name ${user} --engine redis --authentication-mode ${mode} --access-string "on ${rules.replace('resetkeys resetchannels ', '')}"`,
    `aws elasticache modify-user-group --user-group-id <user group of the replication group> --user-ids-to-add ${user}`,
  ];
}
