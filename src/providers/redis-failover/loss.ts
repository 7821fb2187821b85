import { durationText } from '../../checks/wording.ts';
import type { LossBound } from '../../targets/failover.ts';
import type { Link } from './link.ts';

/**
 * Both sides give each other up after `repl-timeout`, 60 s as it comes: a replica may have been so far behind in what it read, and a link that
 * was lost may have been quiet for so long before. A shorter one does not lower the bound, because the login that acts cannot ask for it, and must
 * not find more than was accepted. https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 */
const LEAST_PATIENCE_SECONDS = 60;

/** The servers count whole seconds, and look once a second. */
const ROUNDED_SECONDS = 3;

/**
 * Pure: what the primary may have acknowledged beyond what a replica has: what came after what the replica last heard, be it old when it was heard, up to this look. A
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
    sentence: `What ${primary} acknowledged after what ${to} last heard: at most what was written in ${durationText(seconds)}, usually what was under way when it died, not exact; how much that is, nobody can say.`,
  };
}

function boundSeconds({ quietSeconds, downSeconds, givenUpAfterSeconds }: Link): number | null {
  const patience = Math.max(LEAST_PATIENCE_SECONDS, givenUpAfterSeconds ?? 0);
  const behind = patience + ROUNDED_SECONDS;
  if (quietSeconds !== null) return quietSeconds + behind;
  return downSeconds === null ? null : downSeconds + patience + behind;
}
