import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { DatabaseRoom } from '../../../core/room.ts';
import type { FaultCode } from '../../../core/errors.ts';
import type { SecretReference } from '../../../core/secret.ts';
import type { Unreached } from '../../../targets/postgres.ts';
import type { MemberSpec, TargetSpec } from '../../../targets/spec.ts';
import { storeSecretLine } from '../../secret-lines.ts';
import type { Sessions } from './sessions.ts';

export const databaseRooms: readonly DatabaseRoom[] = ['read', 'act', 'copy'];

/** Each member lets each room in that has a login there. Asked from this machine: the rooms in the VPC may see it differently. */
export function loginQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  return spec.members.flatMap((member) =>
    databaseRooms
      .filter((room) => member.credentials[room] ?? (member.role === 'sentinel' && room === 'read'))
      .map((room) => ({
        id: `target.${spec.name}.${member.name}.login.${room}`,
        title: `${member.name} lets the ${room} room in`,
        ask: async () => {
          const { unreached } = await sessions.open(spec, room);
          const refusal = unreached.find(({ name }) => name === member.name);
          return refusal ? refusedAnswer(refusal, spec, member, room) : { ok: `${member.host}:${member.port}` };
        },
      })),
  );
}

/** Silence may only be seen from here; a refusal is a refusal. */
function refusedAnswer({ code, reason }: Unreached, spec: TargetSpec, member: MemberSpec, room: DatabaseRoom): Answer {
  const where = `${member.host}:${member.port}`;
  const unheld = withoutPassword(reason, code, member.credentials[room]?.password, spec);
  if (unheld) return unheld;
  const elsewhere =
    'The rooms sit in the VPC and may see it differently: run this from a machine there, or look with /db health';
  if (code === 'timed_out') {
    return skipped(`seen from here, ${reason}`, `Let RoomSecurityGroup in to ${where}. ${elsewhere} ${spec.name}.`);
  }
  if (code === 'permission_denied') return { problem: reason, fix: loginFix(spec, member, room) };
  if (code === 'invalid_request') return invalid(reason, member, room);
  return {
    problem: `seen from here, ${reason}`,
    fix: `Set targets.${spec.name}.members.${member.name}.host and port to where it listens, and let RoomSecurityGroup in. ${elsewhere} ${spec.name}.`,
  };
}

/** The server was not asked, because the password could not be had here: only one that does not exist is a problem. */
function withoutPassword(
  reason: string,
  code: FaultCode,
  password: SecretReference | undefined,
  spec: TargetSpec,
): Answer | undefined {
  if (password?.from === 'iam') {
    return /load credentials|CredentialsProviderError/i.test(reason)
      ? skipped('a token cannot be signed without AWS credentials: see aws.identity')
      : undefined;
  }
  if (password === undefined || !reason.startsWith('The secret ')) return undefined;
  if (code === 'invalid_request') return { problem: reason, fix: storeSecretLine(password, spec.region) };
  return skipped(reason, `Give whoever runs doctor the right to read it, or look with /db health ${spec.name}.`);
}

/** A variable that is only missing here says nothing about the rooms. */
function invalid(reason: string, member: MemberSpec, room: DatabaseRoom): Answer {
  const password = member.credentials[room]?.password;
  if (password?.from === 'env' && reason.includes('not set')) {
    return skipped(reason, `Set ${password.name} where doctor runs to have this asked.`);
  }
  return { problem: reason, fix: 'Mend it in nightshift.yaml.' };
}

function loginFix(spec: TargetSpec, member: MemberSpec, room: DatabaseRoom): string {
  const { user, password } = member.credentials[room] ?? {};
  const who = user ?? 'the default user';
  const set =
    spec.engine === 'postgres'
      ? `\\password ${who} (in psql, as an administrator)`
      : `ACL SETUSER ${who} resetpass '>…'`;
  if (password === undefined)
    return `Name a password for the ${room} room: targets.${spec.name}.members.${member.name}.credentials.${room}.`;
  if (password.from === 'iam') return iamFix(spec, who);
  return `Make both the same: ${set}, and ${storeSecretLine(password, spec.region)}`;
}

function iamFix(spec: TargetSpec, user: string): string {
  if (spec.engine === 'postgres') {
    return `GRANT rds_iam TO ${user}; switch IAM database authentication on for ${spec.name}; and allow rds-db:connect as ${user} to whoever runs doctor.`;
  }
  return `Make the user ${user} with authentication mode iam and add it to the user group of ${spec.name}; whoever runs doctor needs elasticache:Connect.`;
}
