import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import { findPostgresIdentity, uidAndGid } from '../../src/runtime/postgres-identity.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { testPasswords } from '../servers/passwords.ts';
import { binariesOf, type PostgresMajor } from '../servers/postgres-majors.ts';
import type { TestPostgresMember } from '../servers.ts';

const infra = (name: string) => fileURLToPath(new URL(`../../infra/postgresql/${name}`, import.meta.url));

export const NODE = 'mi-0123456789abcdef0';
export const DOCUMENT = 'nightshift-rejoin';
/** What the document names. */
const PROGRAM = '/usr/local/sbin/nightshift-rejoin';

export const agent = { by: 'run-command', node: NODE, document: DOCUMENT };

/** The target as the config has it where the host of a server has the agent. */
export function withAgent(spec: TargetSpec, member: string): TargetSpec {
  const members = spec.members.map((one) => (one.name === member ? { ...one, hands: { agent } } : one));
  return { ...spec, region: 'eu-central-1', members };
}

/** AWS with the host of a server on which our own program lies, with what its configuration file and .pgpass say. */
export function hostOf(server: TestPostgresMember, major: PostgresMajor, more: readonly string[] = []): CloudModel {
  const folder = `${server.dataDirectory}.host`;
  const identity = findPostgresIdentity();
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o600);
    if (identity) chownSync(join(folder, name), identity.uid, identity.gid);
    return join(folder, name);
  };
  // The program is copied, because its folder in the checkout may be closed to the account of the server.
  const program = file('program', readFileSync(infra(DOCUMENT), 'utf8'));
  chmodSync(program, 0o755);
  const logins = [`*:*:*:nightshift_copy:${testPasswords.copy}`, `*:*:*:postgres:${testPasswords.superuser}`];
  const settings = [
    `PGDATA=${server.dataDirectory}`,
    `PGBIN=${dirname(binariesOf(major).postgres)}`,
    `KEPT=${keptOf(server)}`,
    'SERVICE=',
    `START_OPTIONS='-p ${server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c wal_log_hints=on'`,
    ...more,
  ];
  const environment = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    PGPASSFILE: file('pgpass', `${logins.join('\n')}\n`),
    NIGHTSHIFT_REJOIN_CONF: file('rejoin.conf', `${settings.join('\n')}\n`),
  };
  return {
    ...emptyCloud(),
    hosts: { [NODE]: { ping: 'Online', programs: { [PROGRAM]: program }, environment, account: accountOf() } },
    documents: { [DOCUMENT]: documentText() },
  };
}

/** Where the log of writes is kept. */
export function keptOf(server: TestPostgresMember): string {
  return join(dirname(server.dataDirectory), 'kept');
}

export function documentText(): string {
  return readFileSync(infra(`${DOCUMENT}.document.json`), 'utf8');
}

function accountOf(): { uid: number; gid: number } | undefined {
  const { uid, gid } = uidAndGid(findPostgresIdentity());
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
