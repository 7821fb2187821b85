import { durationText } from '../../checks/wording.ts';
import type { LossBound } from '../../targets/failover.ts';
import type { Link } from './link.ts';

/** A link that is quiet is given up after this, as it comes (`repl-timeout`): one that was lost may have been quiet for so long before. */
const QUIET_BEFORE_LOST_SECONDS = 60;

/**
 * Pure: what the primary may have acknowledged beyond what a replica has: what came after the replica last heard it, up to this look. A
 * dead primary acknowledges nothing, so that the bound of an earlier look holds as well. Redis acknowledges a write before a replica has
 * it, and keeps no count of those.
 */
export function lossOf(to: string, primary: string, link: Link | undefined): LossBound {
  const seconds = link && boundSeconds(link);
  if (seconds === undefined || seconds === null)
    return {
      bytes: null,
      seconds: null,
      sentence: `Nobody can say since when ${to} has not heard ${primary}, and what it lacks.`,
    };
  return {
    bytes: null,
    seconds,
    sentence: `What ${primary} acknowledged after ${to} last heard it: at most what was written in ${durationText(seconds)}, usually what was under way when it died, not exact; how much that is, nobody can say.`,
  };
}

function boundSeconds({ quietSeconds, downSeconds }: Link): number | null {
  if (quietSeconds !== null) return quietSeconds + 1;
  return downSeconds === null ? null : downSeconds + QUIET_BEFORE_LOST_SECONDS;
}
