import { durationText } from '../../checks/wording.ts';
import type { LossBound } from '../../targets/failover.ts';
import { silentSeconds, type Link } from './link.ts';

/** INFO counts whole seconds; two looks at the same thing must not give two bounds. */
const STEPS_SECONDS = [5, 10, 30, 60, 300, 900, 3600] as const;

const UNSURE = 'not exact: how many writes that is nobody knows.';

/**
 * Pure: what a replica lacks at most of what was acknowledged: what came between the moment at which it last heard the primary and the
 * last moment at which anybody did. Redis acknowledges a write before a replica has it, and keeps no count of those.
 */
export function lossOf(to: string, primary: string, links: ReadonlyMap<string, Link>): LossBound {
  const own = links.get(to);
  const since = own && silentSeconds(own);
  if (since === undefined || since === null)
    return {
      bytes: null,
      seconds: null,
      sentence: `Nobody can say when ${to} last heard ${primary}, and what it lacks.`,
    };
  const others = [...links.values()].map(silentSeconds).filter((seconds) => seconds !== null);
  const apart = since - Math.min(...others) + 1;
  const seconds = STEPS_SECONDS.find((step) => apart <= step) ?? null;
  const about = seconds === null ? 'more than an hour' : `the last ${durationText(seconds)}`;
  return {
    bytes: null,
    seconds,
    sentence: `At most ${about} of acknowledged writes before ${primary} fell silent, ${UNSURE} If clients still reached it after that, what they wrote since is lost too.`,
  };
}
