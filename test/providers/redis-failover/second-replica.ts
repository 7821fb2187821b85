import type { RedisMember } from '../../../src/targets/redis.ts';

/** Another replica of the old primary: what it is told is in `told`. */
export function secondReplica(replica: { readonly [field: string]: string }, offset: string) {
  const told: string[] = [];
  let port = '6379';
  let host = '10.0.0.1';
  const member: RedisMember = {
    name: 'third',
    role: 'replica',
    info: async () => ({
      ...replica,
      master_host: host,
      master_port: port,
      master_link_status: host === '10.0.0.2' ? 'up' : 'down',
      slave_repl_offset: offset,
    }),
    call: async (...words: string[]) => {
      told.push(words.join(' '));
      if (words[0] === 'REPLICAOF') [host, port] = [words[1] ?? '', words[2] ?? ''];
      return 'OK';
    },
  };
  return { told, member };
}
