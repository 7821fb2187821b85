import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { Credential, LoginRole, MemberSpec, TargetSpec } from '../targets/spec.ts';
import type { OpenOptions } from './open-options.ts';

/** A login, resolved. It never leaves this layer. */
export type Login = { user?: string; password?: string };

/** The login of one member for a room, or of the canary. Throws a Fault `permission_denied` that names what the config lacks. */
export async function loginOf(
  spec: TargetSpec,
  member: MemberSpec,
  room: LoginRole,
  options: OpenOptions,
): Promise<Login> {
  const credential = member.credentials[room];
  if (!credential) {
    if (member.role === 'sentinel') return {};
    throw new Fault('permission_denied', lacking(spec, member, room));
  }
  const { user, password } = credential;
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: await passwordOf(spec, member, credential, options) }),
  };
}

/** A login whose password is kept somewhere. Throws a Fault `permission_denied` that names what the config lacks at `path`. */
export async function secretLogin(
  credential: Credential | undefined,
  path: string,
  options: OpenOptions,
): Promise<Login> {
  if (credential?.user === undefined || credential.password === undefined) {
    throw new Fault('permission_denied', `there is no login for it: add ${path} to nightshift.yaml`);
  }
  return { user: credential.user, password: await options.secret(credential.password) };
}

async function passwordOf(
  spec: TargetSpec,
  member: MemberSpec,
  { user, password }: Credential,
  options: OpenOptions,
): Promise<string> {
  if (password === undefined) return '';
  if (password.from !== 'iam') return options.secret(password);
  if (!options.token)
    throw new Fault('unsupported', `${spec.provider} has no iam tokens: name a password for ${member.name}`);
  if (user === undefined)
    throw new Fault('invalid_request', `an iam token is signed for a user: name one for ${member.name}`);
  const region = spec.region === undefined ? {} : { region: spec.region };
  const identifier = member.identifier === undefined ? {} : { identifier: member.identifier };
  return options.token({ host: member.host, port: member.port, user, ...region, ...identifier });
}

/** Refuses a room for which no member of the target has a login. */
export function demandCredentials(spec: TargetSpec, room: DatabaseRoom): void {
  const data = spec.members.filter((member) => member.role !== 'sentinel');
  const [first] = data;
  if (!first || data.some((member) => member.credentials[room])) return;
  throw new Fault('permission_denied', lacking(spec, first, room));
}

function lacking(spec: TargetSpec, member: MemberSpec, room: LoginRole): string {
  const path = `targets.${spec.name}.members.${member.name}.credentials.${room}`;
  const whose = room === 'canary' ? 'the canary' : `the ${room} room`;
  return `there is no login for ${whose}: add ${path} to nightshift.yaml`;
}
