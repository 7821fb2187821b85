import type { RedisMember } from '../../targets/redis.ts';
import { attempt, type Attempt } from './attempt.ts';

/**
 * Makes a server a replica of another, now and after a restart. From then on it refuses writes, whoever asks.
 * https://redis.io/docs/latest/commands/replicaof/ https://redis.io/docs/latest/commands/config-rewrite/
 */
export async function follow(
  member: RedisMember,
  { host, port }: { host: string; port: string },
): Promise<Attempt<unknown>> {
  const tried = await attempt(() => member.call('REPLICAOF', host, port));
  return tried;
}

/** What a person still has to do so that the roles of now survive a restart; undefined where the server has written them down. */
export async function writeRolesDown(member: RedisMember): Promise<string | undefined> {
  const tried = await attempt(() => member.call('CONFIG', 'REWRITE'));
  if ('done' in tried) return undefined;
  const why = 'refused' in tried ? tried.refused : tried.unknown;
  return `${member.name} could not write its new role to its configuration file (${why}): after a restart it would take writes until somebody makes it follow. Set \`replicaof\` there.`;
}
