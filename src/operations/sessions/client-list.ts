import { asFault } from '../../core/errors.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { readClients, type RedisClient } from '../end/client.ts';

/** Clients, or why there are none and what mends it where something does. */
export type ClientList = { clients: RedisClient[] } | { reason: string; fix?: string };

/** The server makes a list in one go while everybody else waits: about 10 µs a client, so 10 ms for these. */
const MOST_AT_ONCE = 1_000;
/** Of more than that some ids are asked for at a time, the youngest first, and others are served in between. */
const IDS_AT_ONCE = 500;
const MOST_PAGES = 40;

/** The clients of a member: all of them, or the youngest where they are too many to be asked for. */
export async function listClients(member: RedisMember, connected: number): Promise<ClientList> {
  try {
    const { run_id: serverRunId = '' } = await member.info('server');
    const read = (reply: unknown): RedisClient[] => readClients(reply, member.name, serverRunId);
    if (connected <= MOST_AT_ONCE) return { clients: read(await member.call('CLIENT', 'LIST')) };
    return { clients: await youngest(member, connected, read) };
  } catch (thrown) {
    return whyNot(member, thrown);
  }
}

/** Ids grow with each connection; ours is among the youngest. https://redis.io/docs/latest/commands/client-list/ */
async function youngest(
  member: RedisMember,
  connected: number,
  read: (reply: unknown) => RedisClient[],
): Promise<RedisClient[]> {
  const clients: RedisClient[] = [];
  let last = await ownId(member);
  for (let page = 0; page < MOST_PAGES && last > 0 && clients.length < connected; page += 1) {
    const first = Math.max(1, last - IDS_AT_ONCE + 1);
    const ids = Array.from({ length: last - first + 1 }, (_, n) => String(first + n));
    clients.push(...read(await member.call('CLIENT', 'LIST', 'ID', ...ids)));
    last = first - 1;
  }
  return clients;
}

/** HELLO tells the id of the connection, and every user may say it. https://redis.io/docs/latest/commands/hello/ */
async function ownId(member: RedisMember): Promise<number> {
  const said = await member.call('HELLO');
  return Array.isArray(said) ? Number(said[said.indexOf('id') + 1]) : 0;
}

function whyNot({ name }: RedisMember, thrown: unknown): ClientList {
  const { code, message } = asFault(thrown);
  if (code === 'permission_denied') {
    return { reason: `our user may not list the clients of ${name}`, fix: 'ACL SETUSER nightshift_read +client|list' };
  }
  if (code === 'unsupported') return { reason: `${name} does not offer CLIENT LIST` };
  return { reason: `${name}: ${message}` };
}
