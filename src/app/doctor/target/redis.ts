import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { asFault } from '../../../core/errors.ts';
import type { DatabaseRoom } from '../../../core/room.ts';
import { isManaged } from '../../../providers/setting-advice.ts';
import { redisCommands } from '../../../providers/redis-commands.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { databaseRooms } from './logins.ts';
import type { Sessions } from './sessions.ts';

/** What only Redis is asked: each room's rights, the Sentinels, the memory limit. */
export function redisQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  return [
    ...databaseRooms
      .filter((room) => spec.members.some(({ role, credentials }) => role !== 'sentinel' && credentials[room]))
      .map((room) => ({
        id: `target.${spec.name}.grants.${room}`,
        title: `The user of the ${room} room may what it has to`,
        ask: async () => grantAnswer(await opened(sessions, spec, room), spec, room),
      })),
    ...(spec.masterName === undefined ? [] : [sentinelQuestion(sessions, spec)]),
    {
      id: `target.${spec.name}.maxmemory`,
      title: `${spec.name} has a memory limit`,
      ask: async () => memoryAnswer(await opened(sessions, spec, 'read'), spec),
    },
  ];
}

async function opened(sessions: Sessions, spec: TargetSpec, room: DatabaseRoom): Promise<RedisTarget> {
  return (await sessions.open(spec, room)) as RedisTarget;
}

/** A room asks what it needs; what the read room must not do is tried in a form that every server refuses to carry out. */
async function grantAnswer(target: RedisTarget, spec: TargetSpec, room: DatabaseRoom): Promise<Answer> {
  const member = target.primary ?? target.members[0];
  if (!member) return skipped(`no member let the ${room} room in`);
  const user = spec.members.find(({ name }) => name === member.name)?.credentials[room]?.user ?? 'default';
  const refused = await refusedOf(member, commandsOf(room, spec));
  if (refused.length > 0) {
    return {
      problem: `${user} may not ${refused.join(', ')}`,
      fix: `ACL SETUSER ${user} ${[...new Set([...refused.map(aclWord), ...besides(refused)])].join(' ')}`,
    };
  }
  if (room !== 'read') return { ok: user };
  return writeAnswer(member, user);
}

/** What each room needs, in a form that changes nothing: the act room asks to end a client that no server ever had. */
function commandsOf(room: DatabaseRoom, spec: TargetSpec): readonly (readonly [string, ...string[]])[] {
  if (room === 'copy') return isManaged(spec) ? redisCommands.look : redisCommands.copy;
  if (room === 'read' || isManaged(spec)) return redisCommands[room];
  return [...redisCommands.act, ...redisCommands.switchover];
}

async function refusedOf(
  member: RedisMember,
  commands: readonly (readonly [string, ...string[]])[],
): Promise<string[]> {
  const asked = await Promise.all(
    commands.map(async ([command, ...args]) => {
      try {
        await member.call(command, ...args);
        return undefined;
      } catch (thrown) {
        const { code } = asFault(thrown);
        return code === 'permission_denied' ? [command, ...subcommand(args)].join(' ') : undefined;
      }
    }),
  );
  return asked.filter((one) => one !== undefined);
}

function subcommand(args: readonly string[]): readonly string[] {
  return args.slice(0, /^[A-Z]+$/.test(args[0] ?? '') ? 1 : 0);
}

/** CLIENT UNPAUSE, CONFIG REWRITE and PSYNC cannot be tried without doing them: who lacks what stands beside them is given all of it. */
function besides(refused: readonly string[]): string[] {
  if (refused.includes('REPLCONF')) return redisCommands.acl.copy.split(' ');
  const moves: readonly string[] = redisCommands.switchover.map(([command, ...args]) =>
    [command, ...subcommand(args)].join(' '),
  );
  return refused.some((one) => moves.includes(one)) ? redisCommands.acl.switchover.split(' ') : [];
}

function aclWord(command: string): string {
  return `+${command.toLowerCase().replace(' ', '|')}`;
}

/**
 * Rights are looked at before options: a command with an option that does not exist is refused for the one reason or for the
 * other, and never carried out. FLUSHALL itself is never sent. https://redis.io/docs/latest/commands/acl-dryrun/
 */
const PROBES = [
  { may: 'SET', command: ['SET', 'nightshift:doctor', '1', 'NO-SUCH-OPTION'] },
  { may: 'CONFIG SET', command: ['CONFIG', 'SET', 'no-such-setting', '1'] },
] as const;

async function writeAnswer(member: RedisMember, user: string): Promise<Answer> {
  const tried = await Promise.all(
    PROBES.map(async ({ may, command: [name, ...args] }) => ((await isRefused(member, name, args)) ? undefined : may)),
  );
  const flushes = (await member.call('ACL', 'DRYRUN', user, 'FLUSHALL').catch(() => 'unseen')) === 'OK';
  const may = [...tried.filter((one) => one !== undefined), ...(flushes ? ['FLUSHALL'] : [])];
  if (may.length === 0) return { ok: `${user}, which writes nothing` };
  return {
    problem: `the read user ${user} may ${may.join(', ')}`,
    fix: `Make a user of its own, and name it in nightshift.yaml: ${readUserLine()}`,
  };
}

async function isRefused(member: RedisMember, name: string, args: readonly string[]): Promise<boolean> {
  try {
    await member.call(name, ...args);
    return false;
  } catch (thrown) {
    const { code } = asFault(thrown);
    return code === 'permission_denied' || code === 'unsupported';
  }
}

function readUserLine(): string {
  return `ACL SETUSER nightshift_read on '>…' resetkeys resetchannels -@all ${redisCommands.acl.read}`;
}

function sentinelQuestion(sessions: Sessions, spec: TargetSpec): Question {
  return {
    id: `target.${spec.name}.sentinels`,
    title: `The Sentinels know ${spec.masterName}`,
    ask: async () => {
      const { sentinels } = await opened(sessions, spec, 'read');
      if (!sentinels || sentinels.members.length === 0) return skipped('no Sentinel could be asked');
      const known = await Promise.all(sentinels.members.map((one) => knows(one, sentinels.masterName)));
      const without = sentinels.members.flatMap(({ name }, index) => (known[index] === false ? [name] : [])).toSorted();
      if (without.length === 0) return { ok: `${sentinels.members.length} of ${sentinels.expected.length} do` };
      const names = await sentinels.members[0]?.call('SENTINEL', 'MASTERS').then(namesIn, () => []);
      const others = names && names.length > 0 ? ` They know ${names.join(', ')}.` : '';
      return {
        problem: `${without.join(', ')} ${without.length === 1 ? 'does' : 'do'} not know a master called ${sentinels.masterName}.${others}`,
        fix: `Set targets.${spec.name}.masterName to the name in \`sentinel monitor <name> …\` of sentinel.conf.`,
      };
    },
  };
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-commands: an unknown name is an error. */
async function knows(sentinel: RedisMember, masterName: string): Promise<boolean> {
  try {
    return (await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)) !== null;
  } catch {
    return false;
  }
}

/** The flat list of each master: name, value, name, value … */
function namesIn(reply: unknown): string[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((master) => (Array.isArray(master) ? [String(master[master.indexOf('name') + 1])] : []));
}

async function memoryAnswer(target: RedisTarget, spec: TargetSpec): Promise<Answer> {
  const member = target.primary ?? target.members[0];
  if (!member) return skipped('no member let the read room in');
  const { maxmemory, maxmemory_policy: policy } = await member.info('memory');
  if (maxmemory !== '0') return { ok: `${Math.round(Number(maxmemory) / 1_048_576)} MiB, ${policy}` };
  if (isManaged(spec)) return { ok: 'as the node type gives it' };
  return {
    problem: 'maxmemory is 0: it grows until the system ends the process',
    fix: 'Set maxmemory to about three quarters of the memory of the host: CONFIG SET maxmemory …mb, and in redis.conf.',
  };
}
