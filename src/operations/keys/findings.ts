import { bytesText, countText, percentText } from '../../checks/wording.ts';
import type { Finding } from '../../core/finding.ts';
import type { Estimates, PatternEstimate } from './estimate.ts';
import { OTHER_PATTERNS } from './scan-slice.ts';
import type { TopKey } from './top-keys.ts';

/** Loading, copying to a replica or moving one key of this size takes the server away from everybody for about a second. */
const BIG_KEY_BYTES = 100 * 1024 * 1024;
/** DEL of a sorted set of 2 M members was measured to hold every client up for 1.06 s. */
const MANY_MEMBERS = 1_000_000;
/** Above this an eviction that spares it cannot win. */
const LASTING_SHARE = 0.5;
/** A report names the worst; the table has the others. */
const MOST_FINDINGS = 3;

/** Pure: only what is really wrong. */
export function findingsOf(seen: Estimates): Finding[] {
  const big = seen.biggest.filter(({ bytes }) => bytes >= BIG_KEY_BYTES);
  const hashes = new Set(big.map(({ hash }) => hash));
  const long = seen.longest.filter(
    ({ type, members, hash }) => type !== 'string' && (members ?? 0) >= MANY_MEMBERS && !hashes.has(hash),
  );
  return [
    ...big.slice(0, MOST_FINDINGS).map(bigKey),
    ...long.slice(0, MOST_FINDINGS).map(manyMembers),
    ...spared(seen),
  ];
}

/** How a single key is called outside its room. */
export function keyText({ name, pattern, hash }: TopKey): string {
  return name ?? `${pattern} #${hash}`;
}

function bigKey(key: TopKey): Finding {
  const members = key.members === null || key.type === 'string' ? '' : ` in ${countText(key.members, 'member')}`;
  return {
    key: `redis.keys:big:${key.hash}`,
    severity: 'warning',
    sentence: `The key ${keyText(key)} (${key.type}) holds ${bytesText(key.bytes)}${members} (limit ${bytesText(BIG_KEY_BYTES)} for one key); whatever reads, copies or deletes it whole stops every client for that time.`,
    measure: { value: Math.round(key.bytes / 1024 ** 2), unit: 'MB', limit: BIG_KEY_BYTES / 1024 ** 2, step: 10 },
    evidence: evidenceOf(key),
    next: 'Find out what writes it before you touch it; split it into smaller keys, and delete it with UNLINK, never with DEL.',
  };
}

function manyMembers(key: TopKey): Finding {
  return {
    key: `redis.keys:members:${key.hash}`,
    severity: 'warning',
    sentence: `The key ${keyText(key)} (${key.type}) has ${countText(key.members ?? 0, 'member')} (limit ${MANY_MEMBERS.toLocaleString('en-US')}); a DEL or a read of all of them stops every client for about half a second for each million.`,
    measure: { value: key.members ?? 0, unit: 'members', limit: MANY_MEMBERS, step: 100_000 },
    evidence: evidenceOf(key),
    next: 'Read it in parts (HSCAN, SSCAN, ZSCAN, LRANGE), delete it with UNLINK, and find out whether old members are ever removed.',
  };
}

function evidenceOf({ type, bytes, members, ttlSeconds, hash }: TopKey) {
  return { type, bytes, members, ttlSeconds, hash };
}

/** With a volatile policy only keys with a TTL can be evicted. */
function spared(seen: Estimates): Finding[] {
  const limited = seen.nodes.find(({ node }) => node.policy.startsWith('volatile-') && node.maxBytes > 0);
  if (!limited) return [];
  return seen.patterns
    .filter((one) => one.pattern !== OTHER_PATTERNS && lastingShare(one, seen).sure > LASTING_SHARE)
    .map((one) => {
      const { share } = lastingShare(one, seen);
      return {
        key: `redis.keys:lasting:${one.pattern}`,
        severity: 'warning' as const,
        sentence: `Keys ${one.pattern} without a TTL hold ${percentText(share)} of the memory of all keys (limit ${percentText(LASTING_SHARE)}), and ${limited.node.policy} may evict only keys with one: at maxmemory writes are refused while these stay.`,
        measure: { value: Math.round(share * 100), unit: '%', limit: LASTING_SHARE * 100, step: 5 },
        evidence: {
          pattern: one.pattern,
          keysSeen: one.stats.keys,
          bytesSeen: one.stats.bytes,
          lastingBytesSeen: one.stats.lastingBytes,
        },
        next: 'Ask who writes these keys whether they may expire, and let them set a TTL; until then watch the distance to maxmemory.',
      };
    });
}

/** The share, and the least that it can be with 95 % confidence. */
function lastingShare({ lastingBytes }: PatternEstimate, { bytes }: Estimates): { share: number; sure: number } {
  const part = (value: number) => (bytes.value > 0 ? value / bytes.value : 0);
  return { share: part(lastingBytes.value), sure: part(lastingBytes.value - lastingBytes.plusMinus) };
}
