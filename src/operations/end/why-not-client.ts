import { seenClient, type RedisClient } from './client.ts';

/** Pure: why this client must not be ended, or undefined. */
export function whyNotEndClient(id: number, client: RedisClient | null, target: string): string | undefined {
  if (!client) return `there is no client with id ${id} on ${target} now; look again with /db sessions ${target}`;
  if (client.name === 'nightshift') return `client ${id} is this bot's own connection`;
  if (client.kind === 'replica') return `client ${id} is a replica of ${client.member}: ending it cuts replication`;
  if (client.kind === 'master') {
    return `client ${id} is the link of ${client.member} to its primary: ending it cuts replication`;
  }
  if (client.kind === 'sentinel')
    return `client ${id} is a Sentinel that watches ${client.member}: ending it blinds it`;
  return undefined;
}

/** Pure: why this is not the client that a report showed, or undefined. `seen` is its server and address. */
export function whyAnotherClient(client: RedisClient, seen: string | undefined, target: string): string | undefined {
  if (seen === undefined || seen === seenClient(client)) return undefined;
  return `client ${client.id} is not the one that was seen: this one comes from ${client.addr}; look again with /db sessions ${target}`;
}
