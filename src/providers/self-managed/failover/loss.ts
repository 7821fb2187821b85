import { bytesText, durationText } from '../../../checks/wording.ts';
import type { LossBound } from '../../../targets/failover.ts';
import { bytesBetween, type StandbyState } from './ask-standby.ts';

/** Where the primary was when something that samples it asked it last: the end of its log of writes, and when (ISO). */
export type LastSeen = { at: string; lsn: string };

/**
 * Pure: what the primary may have acknowledged beyond what a standby has. A dead primary acknowledges nothing, so that no write is lost
 * that is younger than the look; how many there were before, only the primary knows.
 */
export function lossOf(
  names: { from: string; to: string },
  { received, lastCommitAt, sinceCommitSeconds }: StandbyState,
  lastSeen: LastSeen | undefined,
): LossBound {
  const { from, to } = names;
  const bytes = lastSeen && received !== null ? Math.max(0, bytesBetween(received, lastSeen.lsn)) : null;
  const sampled =
    lastSeen && bytes !== null
      ? ` At ${lastSeen.at} it had written ${bytesText(bytes)} more than ${to} has, and more since.`
      : '';
  if (lastCommitAt === null || sinceCommitSeconds === null) {
    return {
      bytes,
      seconds: null,
      sentence: `What ${from} acknowledged last and ${to} does not have; ${to} has replayed no commit since it was started, so that nobody can say from when on.${sampled}`,
    };
  }
  const seconds = Math.ceil(Math.max(0, sinceCommitSeconds));
  const sentence = `What ${from} acknowledged after ${clock(lastCommitAt)}, the last commit that ${to} has: at most what was written in ${durationText(seconds)}, not exact; how much that is, nobody can say.${sampled}`;
  return { bytes, seconds, sentence };
}

function clock(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
