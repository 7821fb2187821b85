import { asFault } from '../../core/errors.ts';
import type { RedisMember } from '../../targets/redis.ts';

/** What one Sentinel says of the master that it watches. */
export type SentinelSaid = {
  name: string;
  quorumOk: boolean;
  /** What CKQUORUM answered. */
  quorumText: string;
  /** Null when it does not know the master. */
  masterAddress: string | null;
  flags: readonly string[];
  /** Itself included. */
  knownSentinels: number | null;
  knownReplicas: number | null;
};

/** https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api */
export async function lookAtSentinel(member: RedisMember, masterName: string): Promise<SentinelSaid> {
  const [quorum, master] = await Promise.all([
    attempt(() => member.call('SENTINEL', 'CKQUORUM', masterName)),
    attempt(() => member.call('SENTINEL', 'MASTER', masterName)),
  ]);
  const fields = 'reply' in master ? flatRecord(master.reply) : {};
  const quorumText = 'reply' in quorum ? String(quorum.reply) : quorum.refused;
  const { ip, port, flags = '', 'num-other-sentinels': others, 'num-slaves': replicas } = fields;
  return {
    name: member.name,
    quorumOk: quorumText.startsWith('OK'),
    quorumText,
    masterAddress: ip === undefined || port === undefined ? null : `${ip}:${port}`,
    flags: flags.split(',').filter((flag) => flag !== ''),
    knownSentinels: others === undefined ? null : Number(others) + 1,
    knownReplicas: replicas === undefined ? null : Number(replicas),
  };
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
