import { bytesText } from '../../core/amount.ts';
import type { SnapshotLook } from '../../targets/backups.ts';
import type { MemberFacts } from './ask-member.ts';

/** Of the machine's memory, with what the fork is expected to take beside it. */
const MOST_OF_MEMORY = 0.9;
/** What a fork copies at least: pages of a data set that is written to while it is copied. */
const LEAST_COPIED = 0.1;
/** A replica that is further behind would give a snapshot of the past. */
const LAG_LIMIT_BYTES = 64 * 1024 ** 2;

/** Who may be asked beside replicas, or why nobody. */
export type PrimaryRule = { mayAsk: true } | { mayAsk: false; why: string };

export type Chosen = { member: MemberFacts; passedOver: SnapshotLook['passedOver'] };

/** Pure: from whom the snapshot of one shard is taken, or why from nobody. A replica where there is a good one. */
export function chooseMember(
  members: readonly MemberFacts[],
  silent: SnapshotLook['passedOver'],
  rule: PrimaryRule,
): Chosen | { refused: string } {
  const primary = members.find(({ role }) => role === 'primary');
  const judged = members.map((member) => ({ member, why: whyNot(member, primary, rule) }));
  const good = judged.filter(({ why }) => why === undefined).map(({ member }) => member);
  const replicas = good.filter(({ role }) => role === 'replica');
  const member = replicas.toSorted((one, other) => other.offset - one.offset)[0] ?? good[0];
  const bad = judged.flatMap(({ member: { name }, why }) => (why === undefined ? [] : [{ member: name, why }]));
  const passedOver = [...bad, ...silent];
  if (member) return { member, passedOver };
  const reasons = passedOver.map(({ member: name, why }) => `${name}: ${why}`).join('; ');
  return { refused: `Nobody can give a snapshot (${reasons}).` };
}

function whyNot(member: MemberFacts, primary: MemberFacts | undefined, rule: PrimaryRule): string | undefined {
  if (member.isLoading) return 'it is loading its data';
  if (member.role === 'primary' && !rule.mayAsk) return rule.why;
  if (!member.isLinkUp) return 'its link to the primary is down, or it is being copied to itself';
  return (primary && whyNotReplica(member, primary)) ?? whyNoFork(member);
}

function whyNotReplica(member: MemberFacts, primary: MemberFacts): string | undefined {
  if (member.role === 'primary') return undefined;
  if (member.replicationId !== primary.replicationId) return `it does not copy ${primary.name}`;
  const lagBytes = primary.offset - member.offset;
  return lagBytes > LAG_LIMIT_BYTES ? `it is ${bytesText(lagBytes)} of writes behind` : undefined;
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/admin/ */
function whyNoFork({ child, lastSaveFailed, residentBytes, usedBytes, copiedBytes, systemBytes }: MemberFacts) {
  if (child === 'snapshot')
    return 'it writes a snapshot already, or sends one to another replica: wait until that is over';
  if (child === 'rewrite') return 'it rewrites its append-only file: wait until that is over';
  if (lastSaveFailed) {
    return 'its last save (BGSAVE) failed, so memory for a fork or room on its disk may be missing: see its log, set vm.overcommit_memory = 1 if it says so, and run BGSAVE once';
  }
  const copies = Math.max(copiedBytes, LEAST_COPIED * usedBytes);
  const needed = Math.max(residentBytes, usedBytes) + copies;
  if (systemBytes === 0 || needed <= MOST_OF_MEMORY * systemBytes) return undefined;
  return `a fork would take its memory to ${bytesText(needed)} of ${bytesText(systemBytes)}, and the kernel may end it: give the machine memory, or lower maxmemory`;
}
