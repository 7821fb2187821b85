import type { KeyScan } from '../../targets/key-scan.ts';
import { frame, frameHead, ReplyError } from './replies.ts';
import type { Wire } from './wire.ts';

/** How many members a key has, by type. Each answers in constant time. */
const COUNTS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  hash: 'HLEN',
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
};
const PROBE = 'nightshift:probe';

/** The beginnings of the commands that each key is asked, ready to be followed by its name. */
export const heads = {
  memory: frameHead('MEMORY', 'USAGE'),
  ttl: frameHead('TTL'),
  frequency: frameHead('OBJECT', 'FREQ'),
  type: frameHead('TYPE'),
  count: new Map(Object.entries(COUNTS).map(([type, command]) => [type, frameHead(command)])),
};

type Needed = { words: readonly string[]; rule: string; isAboutAKey: boolean };

function neededBy({ asks }: Pick<KeyScan<never>, 'asks'>): Needed[] {
  const aboutAKey = (rule: string, ...words: readonly string[]) => ({
    words: [...words, PROBE],
    rule,
    isAboutAKey: true,
  });
  return [
    { words: ['SCAN', '0', 'COUNT', '1'], rule: '+scan', isAboutAKey: false },
    aboutAKey('+memory|usage', 'MEMORY', 'USAGE'),
    aboutAKey('+type', 'TYPE'),
    ...(asks.expiry ? [aboutAKey('+ttl', 'TTL')] : []),
    ...(asks.frequency ? [aboutAKey('+object|freq', 'OBJECT', 'FREQ')] : []),
    ...Object.values(COUNTS).map((command) => aboutAKey(`+${command.toLowerCase()}`, command)),
  ];
}

/**
 * Tries each command once, on a key that does not exist: the ACL rules that are missing, empty when the scan may begin.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export async function missingRules(wire: Wire, scan: Pick<KeyScan<never>, 'asks'>): Promise<string[]> {
  const needed = neededBy(scan);
  const replies = await wire.exchange(needed.map(({ words }) => frame(...words)).join(''), needed.length);
  const refusals = needed.map((one, n) => ({ ...one, refusal: refusalOf(replies[n]) }));
  const rules = refusals.flatMap(({ rule, refusal }) => (refusal === 'command' ? [rule] : []));
  const keys = refusals.filter(({ isAboutAKey }) => isAboutAKey);
  // Whether keys may be read is not said while no command that reads one may be sent.
  const noKeys = keys.some(({ refusal }) => refusal === 'key') || keys.every(({ refusal }) => refusal !== undefined);
  return [...rules, ...(noKeys ? ['~*'] : [])];
}

function refusalOf(reply: unknown): 'command' | 'key' | undefined {
  if (!(reply instanceof ReplyError) || !reply.message.startsWith('NOPERM')) return undefined;
  return /access (?:a|one of the) key/.test(reply.message) ? 'key' : 'command';
}

/** Prepares the connection: whether the keys that it asks keep their place in LRU and LFU, or why it cannot begin. */
export async function prepare(
  wire: Wire,
  { inCluster, database }: Pick<KeyScan<never>, 'inCluster' | 'database'>,
): Promise<{ untouched: boolean } | { refused: string; rule: string }> {
  const steps = [
    // Redis 7.2: https://redis.io/docs/latest/commands/client-no-touch/
    { words: ['CLIENT', 'NO-TOUCH', 'ON'], rule: undefined },
    ...(inCluster ? [{ words: ['READONLY'], rule: '+readonly' }] : []),
    ...(database === 0 ? [] : [{ words: ['SELECT', String(database)], rule: '+select' }]),
  ];
  const replies = await wire.exchange(steps.map(({ words }) => frame(...words)).join(''), steps.length);
  for (const [n, { rule }] of steps.entries()) {
    const reply = replies[n];
    if (rule !== undefined && reply instanceof ReplyError) return { refused: reply.message, rule };
  }
  return { untouched: !(replies[0] instanceof ReplyError) };
}
