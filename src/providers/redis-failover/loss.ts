import { durationText } from '../../checks/wording.ts';
import type { LossBound } from '../../targets/failover.ts';
import { silentSeconds, type Link } from './link.ts';

/** INFO counts whole seconds; two looks at the same thing must not give two bounds. */
const STEPS_SECONDS = [5, 10, 30, 60, 300, 900, 3600] as const;

/** Who heard the primary, and how long ago: the links of replicas by name, and others that ask it each second. */
export type Witnesses = { links: ReadonlyMap<string, Link>; others: readonly number[] };

/**
 * Pure: what a replica lacks at most of what was acknowledged: what came between the moment at which it last heard the primary and the
 * last moment at which anybody did. Alone it may have been cut off long before the primary died, which nobody can say then. Redis
 * acknowledges a write before a replica has it, and keeps no count of those.
 */
export function lossOf(to: string, primary: string, { links, others }: Witnesses): LossBound {
  const own = links.get(to);
  const since = own && silentSeconds(own);
  if (since === undefined || since === null)
    return unknown(`Nobody can say when ${to} last heard ${primary}, and what it lacks.`);
  const linked = [...links].flatMap(([name, link]) => (name === to ? [] : (silentSeconds(link) ?? [])));
  const witnesses = [...linked, ...others];
  if (witnesses.length === 0)
    return unknown(
      `What ${primary} acknowledged after ${to} last heard it is lost. Only ${to} heard it, so that nobody can say for how long it went on.`,
    );
  const apart = since - Math.min(since, ...witnesses) + 1;
  const seconds = STEPS_SECONDS.find((step) => apart <= step);
  if (seconds === undefined)
    return unknown(`${to} heard ${primary} for the last time more than an hour before others did.`);
  return {
    bytes: null,
    seconds,
    sentence: `At most the last ${durationText(seconds)} of acknowledged writes before ${primary} fell silent, not exact: how many writes that is nobody knows. If clients still reached it after that, what they wrote since is lost too.`,
  };
}

function unknown(sentence: string): LossBound {
  return { bytes: null, seconds: null, sentence };
}
