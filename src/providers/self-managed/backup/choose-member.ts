import type { BackupLook } from '../../../targets/backups.ts';
import { bytesText } from '../../../core/amount.ts';
import type { MemberFacts } from './ask-member.ts';

/** A standby that is further behind would give a backup of the past. */
export const LAG_LIMIT_BYTES = 256 * 1024 ** 2;
/** The protocol of a single stream with a manifest in it. https://www.postgresql.org/docs/15/protocol-replication.html */
const OLDEST_VERSION = 150_000;
const INCREMENTS_SINCE = 170_000;

export type Chosen = { member: MemberFacts; passedOver: BackupLook['passedOver'] };

/** Pure: whom to take a backup from, or why from nobody. A standby where there is a good one, so that the primary is left in peace. */
export function chooseMember(
  members: readonly MemberFacts[],
  silent: BackupLook['passedOver'],
): Chosen | { refused: string } {
  const primary = members.find(({ inRecovery }) => !inRecovery);
  // A standby has them, too, as soon as it has replayed that.
  const tablespaces = [...new Set(members.flatMap((member) => member.tablespaces))];
  const judged = members.map((member) => ({ member, why: whyNot({ ...member, tablespaces }, primary) }));
  const good = judged.filter(({ why }) => why === undefined).map(({ member }) => member);
  const standbys = good.filter(({ inRecovery }) => inRecovery);
  const member = standbys.toSorted((a, b) => b.positionBytes - a.positionBytes)[0] ?? good[0];
  const bad = judged.flatMap(({ member: { name }, why }) => (why === undefined ? [] : [{ member: name, why }]));
  const passedOver = [...bad, ...silent];
  if (member) return { member, passedOver };
  const reasons = passedOver.map(({ member: name, why }) => `${name}: ${why}`).join('; ');
  return { refused: `No server of this target can be backed up (${reasons}).` };
}

function whyNot(member: MemberFacts, primary: MemberFacts | undefined): string | undefined {
  if (member.version < OLDEST_VERSION) {
    return `PostgreSQL ${Math.floor(member.version / 10_000)} has no backups that are checked while they are copied; 15 and later have`;
  }
  if (member.walLevel === 'minimal') return 'wal_level is minimal: set it to replica and restart the server';
  if (member.tablespaces.length > 0) {
    return `it has tablespaces (${member.tablespaces.join(', ')}), which cannot be restored from here yet: use pg_basebackup or pgBackRest for this server`;
  }
  return member.inRecovery && primary ? whyNotStandby(member, primary) : undefined;
}

/** https://www.postgresql.org/docs/current/app-pgbasebackup.html#id-1.9.4.4.7 */
function whyNotStandby(standby: MemberFacts, primary: MemberFacts): string | undefined {
  if (primary.fullPageWrites === 'off') {
    return 'full_page_writes is off on the primary, and no backup of a standby can be restored then';
  }
  const lagBytes = primary.positionBytes - standby.positionBytes;
  return lagBytes > LAG_LIMIT_BYTES ? `it is ${bytesText(lagBytes)} of WAL behind` : undefined;
}

/** Pure: why there can be no increment from this member, with what turns it on. */
export function whyNoIncrement({ version, summarizeWal }: MemberFacts): string | undefined {
  if (version < INCREMENTS_SINCE) {
    return `PostgreSQL ${Math.floor(version / 10_000)} has no increments; 17 and later have. Every backup is a full one.`;
  }
  if (summarizeWal === 'on') return undefined;
  return 'summarize_wal is off: ALTER SYSTEM SET summarize_wal = on; SELECT pg_reload_conf(); and take a full backup after that.';
}
