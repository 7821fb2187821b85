import { bytesText, durationText } from '../../../checks/wording.ts';
import type { LastSeen, LossBound } from '../../../targets/failover.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import type { StandbyState } from './ask-standby.ts';

/** The commit has the time of the primary, and is counted up to that of the standby: so much may their clocks differ. */
const CLOCK_SECONDS = 3;

/**
 * Pure: what the primary may have acknowledged beyond what a standby has. A dead primary acknowledges nothing, so that no write is lost
 * that is younger than the look. A sample of the primary says what is missing at least; how much in all, only the primary knows.
 */
export function lossOf(
  names: { from: string; to: string },
  { received, lastCommitAt, sinceCommitSeconds }: StandbyState,
  lastSeen: LastSeen | undefined,
): LossBound {
  const { from, to } = names;
  const sampled = sampledWords(names, received, lastSeen);
  if (lastCommitAt === null || sinceCommitSeconds === null) {
    return {
      bytes: null,
      seconds: null,
      sentence: `What ${from} acknowledged last and ${to} does not have; ${to} has replayed no commit since it was started, so that nobody can say from when on.${sampled}`,
    };
  }
  if (sinceCommitSeconds < 0) {
    return {
      bytes: null,
      seconds: null,
      sentence: `What ${from} acknowledged last and ${to} does not have; the last commit that ${to} has is of ${clock(lastCommitAt)}, after the time of its own clock, so that nobody can say how long ago it was.${sampled}`,
    };
  }
  const seconds = Math.ceil(sinceCommitSeconds) + CLOCK_SECONDS;
  const sentence = `What ${from} acknowledged after ${clock(lastCommitAt)}, the last commit that ${to} has: at most what was written in ${durationText(seconds)}, not exact; how much that is, nobody can say.${sampled}`;
  return { bytes: null, seconds, sentence };
}

function sampledWords(
  { from, to }: { from: string; to: string },
  received: string | null,
  lastSeen: LastSeen | undefined,
): string {
  if (lastSeen?.member !== from || received === null) return '';
  const missing = bytesBetween(received, lastSeen.position);
  const at = `When ${from} was last asked, at ${clock(lastSeen.at)},`;
  if (missing <= 0) return ` ${at} ${to} had all that was written by then.`;
  return ` ${at} it had written ${bytesText(missing)} that ${to} does not have: that is lost at least.`;
}

function clock(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
