/** One line of `CLUSTER NODES`, as one node sees it. */
export type ClusterNode = {
  id: string;
  /** The address that it announces; `hostname` from Redis 7 on, where one is announced. */
  host: string;
  port: number;
  hostname: string | null;
  /** `master` or `slave`, and `myself`, `fail?` (this node suspects it), `fail` (they agree), `handshake`, `noaddr`. */
  flags: readonly string[];
  /** Of a replica: the id of the node that it copies. */
  primaryId: string | null;
  configEpoch: number;
  /** Is the cluster bus to it up? */
  isLinked: boolean;
  /** From and to, both included. */
  slots: readonly (readonly [number, number])[];
  /** Slots that are being moved to or from it; only of `myself`. */
  movingSlots: number;
};

/** Reads `CLUSTER NODES`. https://redis.io/docs/latest/commands/cluster-nodes/ */
export function parseClusterNodes(reply: unknown): ClusterNode[] {
  return String(reply)
    .split('\n')
    .flatMap((line) => nodeOf(line.trim()) ?? []);
}

/** Slots that a node serves. */
export function slotCount({ slots }: Pick<ClusterNode, 'slots'>): number {
  return slots.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

function nodeOf(line: string): ClusterNode | undefined {
  const [id, address = '', flags = '', primary = '-', , , epoch = '0', link = '', ...slots] = line.split(' ');
  if (!id || address === '') return undefined;
  return {
    id,
    ...placeOf(address),
    flags: flags.split(','),
    primaryId: primary === '-' ? null : primary,
    configEpoch: Number(epoch),
    isLinked: link === 'connected',
    slots: slots.filter((word) => !word.startsWith('[')).map(rangeOf),
    movingSlots: slots.filter((word) => word.startsWith('[')).length,
  };
}

/** `ip:port@busPort,hostname,shard-id=…`; an IPv6 address has colons of its own. */
function placeOf(address: string): Pick<ClusterNode, 'host' | 'port' | 'hostname'> {
  const [place = '', hostname = ''] = address.split(',');
  const [client = ''] = place.split('@');
  const colon = client.lastIndexOf(':');
  const announced = hostname === '' || hostname.includes('=') ? null : hostname;
  return { host: client.slice(0, colon), port: Number(client.slice(colon + 1)), hostname: announced };
}

function rangeOf(word: string): readonly [number, number] {
  const [from = 0, to = from] = word.split('-').map(Number);
  return [from, to];
}
