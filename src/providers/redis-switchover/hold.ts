import type { RedisMember } from '../../targets/redis.ts';

/**
 * Stands at the connections of a room that moves writes, so that whoever finishes its work can end what is left of it. Given by
 * `CLIENT SETNAME` and looked for in `CLIENT LIST`.
 */
const WORKER = 'nightshift-switchover';

/**
 * How long writes are held once another server may be promoted, and renewed: the time in which whoever settles it has to come, if we die.
 * Until then the old primary takes no write. The Sentinels may demote it only when the hold ends, for what they publish waits behind it.
 */
export const FENCE_MS = 60_000;

/**
 * Lets writes wait on a server; reads go on. It ends by itself after that time, whatever becomes of us: that is the way back. A second
 * call can only make it last longer. https://redis.io/docs/latest/commands/client-pause/
 */
export async function holdWrites(member: RedisMember, milliseconds: number): Promise<void> {
  await member.call('CLIENT', 'PAUSE', String(Math.max(1, Math.round(milliseconds))), 'WRITE');
}

/** Lets them through again. https://redis.io/docs/latest/commands/client-unpause/ */
export async function releaseWrites(member: RedisMember): Promise<void> {
  await member.call('CLIENT', 'UNPAUSE');
}

/**
 * Ends the connections of a former primary, so that its clients ask where to go; what they were held with was never acknowledged.
 * Sentinel does the same when it makes a primary follow. https://redis.io/docs/latest/commands/client-kill/
 */
export async function cutClients(member: RedisMember): Promise<number> {
  const normal = await member.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  const subscribers = await member.call('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
  return Number(normal) + Number(subscribers);
}

/** Signs the connection as the one that works. An earlier worker that was given up and is still alive must not let go what we hold. */
export async function takeConnection(member: RedisMember): Promise<void> {
  await endWorkers(member);
  await member.call('CLIENT', 'SETNAME', WORKER);
}

/**
 * Ends the connections of an earlier worker: one that is still alive, but was given up, must not order anything after this. The
 * asking connection itself is not signed.
 */
export async function endWorkers(member: RedisMember): Promise<number> {
  const ids = workersIn(String(await member.call('CLIENT', 'LIST')));
  await Promise.all(ids.map((id) => member.call('CLIENT', 'KILL', 'ID', id, 'SKIPME', 'yes')));
  return ids.length;
}

/** Pure: ids of signed connections in `CLIENT LIST`. */
export function workersIn(list: string): string[] {
  return list.split('\n').flatMap((line) => {
    const id = /^id=(\d+) /.exec(line)?.[1];
    return id !== undefined && line.includes(` name=${WORKER} `) ? [id] : [];
  });
}
