import type { SwitchoverCandidate, SwitchoverIdentity, SwitchoverLook } from '../../targets/switchover.ts';

/** What a choice is made by. */
type Choosable = Pick<SwitchoverLook, 'primary' | 'identity' | 'candidates' | 'prechecks'>;

export type Choice = { to: string } | { refused: string };

/** Pure: the server that takes the writes next, or one sentence why there is none. */
export function choose(look: Choosable, wanted: string | undefined): Choice {
  const stops = look.prechecks.filter(({ says }) => says === 'stops');
  if (stops.length > 0) return { refused: stops.map(({ sentence }) => sentence).join(' ') };
  if (wanted !== undefined) return chosen(look, wanted);
  const fit = look.candidates.find(({ unfit }) => unfit === null);
  if (fit) return { to: fit.member };
  const reasons = look.candidates.map(reasonOf);
  return { refused: reasons.length === 0 ? 'There is no other server that could take the writes.' : reasons.join(' ') };
}

function chosen({ primary, candidates }: Choosable, wanted: string): Choice {
  if (wanted === primary) return { refused: `${wanted} takes the writes already.` };
  const candidate = candidates.find(({ member }) => member === wanted);
  if (candidate === undefined) {
    const names = candidates.map(({ member }) => member).join(', ') || 'none';
    return { refused: `${wanted} is no server that could take the writes; there are: ${names}.` };
  }
  return candidate.unfit === null ? { to: wanted } : { refused: reasonOf(candidate) };
}

function reasonOf({ member, unfit }: SwitchoverCandidate): string {
  return `${member}: ${unfit}`;
}

/** Pure: why an approved plan does not hold any more, in one sentence; undefined when it does. */
export function whyChanged(
  planned: { primary: string; to: string; identity: SwitchoverIdentity },
  now: Choosable,
): string | undefined {
  if (now.primary !== planned.primary) return `${now.primary} takes the writes now, and not ${planned.primary}.`;
  const other = whyOther(planned.identity, now.identity);
  if (other !== undefined) return other;
  const choice = choose(now, planned.to);
  return 'refused' in choice ? choice.refused : undefined;
}

/** Pure: what is not the same object any more. */
export function whyOther(planned: SwitchoverIdentity, now: SwitchoverIdentity): string | undefined {
  const names = new Set([...Object.keys(planned), ...Object.keys(now)]);
  const other = [...names].find((name) => planned[name] !== now[name]);
  return other && `${other} was ${planned[other] ?? 'nothing'} and is ${now[other] ?? 'nothing'} now.`;
}
