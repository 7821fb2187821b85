import { Fault } from '../../core/errors.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';

/** What kind of connection a client is; `sentinel` is how a Sentinel watches. */
export type ClientKind = 'normal' | 'pubsub' | 'monitor' | 'replica' | 'master' | 'sentinel';

/** One connection to a Redis server. Its id is never used again while the server runs. */
export type RedisClient = {
  member: string;
  /** Another one after a restart, when ids begin anew. */
  serverRunId: string;
  id: number;
  addr: string;
  name: string;
  user: string;
  kind: ClientKind;
  ageSeconds: number;
  idleSeconds: number;
  /** The last command, without its arguments. */
  command: string;
  isBlocked: boolean;
  /** Commands that wait for EXEC, or null outside MULTI. */
  queued: number | null;
  subscriptions: number;
  outputBytes: number;
  /** Null before Redis 6.2 counts it. */
  memoryBytes: number | null;
};

/** The lines of CLIENT LIST. https://redis.io/docs/latest/commands/client-list/ */
export function readClients(reply: unknown, member: string, serverRunId: string): RedisClient[] {
  return String(reply)
    .split('\n')
    .filter((line) => line.startsWith('id='))
    .map((line) => readClient(fieldsOf(line), member, serverRunId));
}

/** Neither names nor addresses have blanks in them. */
function fieldsOf(line: string): Map<string, string> {
  return new Map(
    line
      .trim()
      .split(' ')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)] as const;
      }),
  );
}

function readClient(fields: Map<string, string>, member: string, serverRunId: string): RedisClient {
  const text = (name: string): string => fields.get(name) ?? '';
  const count = (name: string): number => Number(fields.get(name) ?? 0);
  const name = text('name').slice(0, 80);
  const queued = Number(fields.get('multi') ?? -1);
  return {
    member,
    serverRunId,
    id: count('id'),
    addr: text('addr'),
    name,
    user: text('user'),
    kind: kindOf(text('flags'), name),
    ageSeconds: count('age'),
    idleSeconds: count('idle'),
    command: text('cmd'),
    isBlocked: text('flags').includes('b'),
    queued: queued < 0 ? null : queued,
    subscriptions: count('sub') + count('psub') + count('ssub'),
    outputBytes: count('omem'),
    memoryBytes: fields.has('tot-mem') ? count('tot-mem') : null,
  };
}

/** https://redis.io/docs/latest/develop/reference/sentinel-clients/: a Sentinel names its two connections after itself. */
function kindOf(flags: string, name: string): ClientKind {
  if (/^sentinel-[0-9a-f]+-(?:cmd|pubsub)$/.test(name)) return 'sentinel';
  if (flags.includes('M')) return 'master';
  if (flags.includes('O')) return 'monitor';
  if (flags.includes('S')) return 'replica';
  return flags.includes('P') ? 'pubsub' : 'normal';
}

/** The client with this id on a member, or null when there is none. */
export async function findClient(
  target: RedisTarget,
  { pid, member }: { pid: number; member: string | null },
): Promise<RedisClient | null> {
  const asked = redisMemberOf(target, member);
  return lookAtClient(asked, pid);
}

/** CLIENT LIST ID: one line at most, whatever the number of clients. Since Redis 6.2. */
export async function lookAtClient(member: RedisMember, id: number): Promise<RedisClient | null> {
  const [{ run_id: serverRunId = '' }, reply] = await Promise.all([
    member.info('server'),
    member.call('CLIENT', 'LIST', 'ID', String(id)),
  ]);
  return readClients(reply, member.name, serverRunId)[0] ?? null;
}

/** The named member; else the one that takes writes, where only one does. Throws a Fault when it did not answer. */
export function redisMemberOf(target: RedisTarget, name: string | null): RedisMember {
  const { members, unreached } = target;
  if (name !== null) {
    const member = members.find((one) => one.name === name);
    if (member) return member;
    const missing = unreached.find((one) => one.name === name);
    if (missing) throw new Fault(missing.code, `${name} did not answer: ${missing.reason}`);
    throw new Fault('invalid_request', `${target.name} has no member of that name; there are ${namesOf(members)}`);
  }
  const primaries = members.filter(({ role }) => role === 'primary');
  if (primaries.length > 1) {
    throw new Fault(
      'invalid_request',
      `${target.name} has several primaries: say which member, of ${namesOf(members)}`,
    );
  }
  if (target.primary) return target.primary;
  throw new Fault('target_unreachable', `no member of ${target.name} that takes writes answered`);
}

function namesOf(members: readonly RedisMember[]): string {
  return members.map((one) => one.name).join(', ');
}

/** What a button carries, so that another client with this id is not taken for the one that was seen. */
export function seenClient({ serverRunId, addr }: RedisClient): string {
  return `${serverRunId.slice(0, 8)}@${addr}`;
}
