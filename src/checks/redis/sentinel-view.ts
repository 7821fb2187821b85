import { asFault } from '../../core/errors.ts';
import type { RedisMember } from '../../targets/redis.ts';

/** A replica as a Sentinel sees it. */
export type CandidateSaid = {
  address: string;
  /** Why it would not be promoted; null when it could be. */
  unfit: string | null;
};

/** What one Sentinel says of the master that it watches. */
export type SentinelSaid = {
  name: string;
  quorumOk: boolean;
  /** What CKQUORUM answered. */
  quorumText: string;
  /** Sentinels that must agree that the primary is gone; null when it does not know the master. */
  quorum: number | null;
  /** Null when it does not know the master. */
  masterAddress: string | null;
  flags: readonly string[];
  /** Itself included. */
  knownSentinels: number | null;
  /** Null when it does not know the master. */
  candidates: readonly CandidateSaid[] | null;
};

/** https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api */
export async function lookAtSentinel(member: RedisMember, masterName: string): Promise<SentinelSaid> {
  const [quorum, master, replicas] = await Promise.all([
    attempt(() => member.call('SENTINEL', 'CKQUORUM', masterName)),
    attempt(() => member.call('SENTINEL', 'MASTER', masterName)),
    attempt(() => member.call('SENTINEL', 'REPLICAS', masterName)),
  ]);
  const fields = 'reply' in master ? flatRecord(master.reply) : {};
  const quorumText = 'reply' in quorum ? String(quorum.reply) : quorum.refused;
  const { ip, port, flags = '', 'num-other-sentinels': others, quorum: needed } = fields;
  return {
    name: member.name,
    quorumOk: quorumText.startsWith('OK'),
    quorumText,
    quorum: needed === undefined ? null : Number(needed),
    masterAddress: ip === undefined || port === undefined ? null : `${ip}:${port}`,
    flags: wordsOf(flags),
    knownSentinels: others === undefined ? null : Number(others) + 1,
    candidates:
      'reply' in replicas && Array.isArray(replicas.reply) ? replicas.reply.slice(0, 50).map(candidateOf) : null,
  };
}

/**
 * What a Sentinel passes over when it selects a replica: one that is down or not connected, whose priority is 0, or whose link to the
 * primary has been down for more than ten times down-after-milliseconds.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#replica-selection-and-priority
 */
function candidateOf(reply: unknown): CandidateSaid {
  const fields = flatRecord(reply);
  const words = wordsOf(fields['flags'] ?? '');
  const isDown = ['s_down', 'o_down', 'disconnected'].some((flag) => words.includes(flag));
  const parted =
    Number(fields['master-link-down-time'] ?? 0) > 10 * Number(fields['down-after-milliseconds'] ?? Infinity);
  const unfit = isDown
    ? 'down'
    : fields['slave-priority'] === '0'
      ? 'priority 0'
      : parted
        ? 'link down for too long'
        : null;
  return { address: `${fields['ip'] ?? ''}:${fields['port'] ?? ''}`, unfit };
}

function wordsOf(flags: string): string[] {
  return flags.split(',').filter((flag) => flag !== '');
}

/** An error reply of a Sentinel is an answer; a connection that died is not. */
async function attempt(ask: () => Promise<unknown>): Promise<{ reply: unknown } | { refused: string }> {
  try {
    return { reply: await ask() };
  } catch (thrown) {
    const fault = asFault(thrown);
    if (fault.code !== 'bug') throw fault;
    return { refused: fault.message };
  }
}

function flatRecord(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return {};
  const words = reply.map(String);
  const record: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2) record[words[at] ?? ''] = words[at + 1] ?? '';
  return record;
}
