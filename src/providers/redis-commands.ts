/** No server has given this id to a client yet: to end it is asked for to see whether one might, and ends nobody. */
const NO_CLIENT = '9007199254740991';

/** The key of the canary; in a cluster with a tag behind it that leads to the shard. */
export const CANARY_KEY = 'nightshift:heartbeat';

/**
 * What the rooms ask of Redis: `read`, `act` and `copy` are tried by the rooms of that name, `look` where others ask, and `acl` is what a
 * user of each room is given; `switchover` comes on top of `act` where nobody else moves the writes, which is on servers of one's own. The read room may see that a key exists, its size and its expiry, but no command that it has
 * reads a value. https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export const redisCommands = {
  read: [
    ['INFO'],
    ['PING'],
    ['SLOWLOG', 'GET', '1'],
    ['LATENCY', 'LATEST'],
    ['CLIENT', 'LIST', 'ID', '1'],
    ['CONFIG', 'GET', 'maxmemory'],
    // A server that is in no cluster refuses these for that reason, after it has looked at the rights.
    ['CLUSTER', 'INFO'],
    ['CLUSTER', 'NODES'],
  ],
  act: [
    ['INFO'],
    ['PING'],
    ['ROLE'],
    ['CLIENT', 'LIST', 'ID', '1'],
    ['CLIENT', 'KILL', 'ID', NO_CLIENT],
    ['CLIENT', 'SETNAME', 'nightshift'],
  ],
  // Each with an argument that every server refuses, after it has looked at the rights.
  switchover: [
    ['CLIENT', 'PAUSE', 'x'],
    ['REPLICAOF', 'x', 'x'],
    ['CLUSTER', 'FAILOVER', 'x'],
    ['CLUSTER', 'INFO'],
    ['CLUSTER', 'NODES'],
  ],
  look: [['INFO'], ['PING']],
  // PSYNC is not tried: some servers would begin with it.
  copy: [['INFO'], ['PING'], ['REPLCONF', 'no-such-option', '1'], ['CLUSTER', 'NODES']],
  acl: {
    read: '+info +ping +role +dbsize +slowlog|get +slowlog|len +latency|latest +latency|history +client|list +client|setname +config|get +memory|usage +memory|stats +cluster|info +cluster|nodes ~* +scan +type +ttl +strlen +hlen +llen +scard +zcard +xlen +object|freq +readonly +select',
    act: '+info +ping +role +client|list +client|kill +client|setname',
    switchover:
      '+client|pause +client|unpause +replicaof +config|rewrite +cluster|info +cluster|nodes +cluster|failover',
    copy: '+info +ping +replconf +psync +client|setname +cluster|nodes',
    canary: `~${CANARY_KEY}* +set +get +role +info +ping +client|setname`,
  },
} as const satisfies {
  read: readonly (readonly [string, ...string[]])[];
  act: readonly (readonly [string, ...string[]])[];
  switchover: readonly (readonly [string, ...string[]])[];
  look: readonly (readonly [string, ...string[]])[];
  copy: readonly (readonly [string, ...string[]])[];
  acl: Record<string, string>;
};

/** Pure: the rights of a room's user, or of the canary's; on servers of one's own the act room moves writes too. */
export function aclRules(room: 'read' | 'act' | 'copy' | 'canary', { isManaged }: { isManaged: boolean }): string {
  const { read, act, switchover, copy, canary } = redisCommands.acl;
  if (room === 'canary') return canary;
  if (room === 'copy') return copy;
  if (room === 'read') return read;
  return isManaged ? act : `${act} ${switchover}`;
}
