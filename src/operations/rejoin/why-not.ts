import type { RejoinLook, RejoinOrder } from '../../targets/rejoin.ts';

/** Pure: which server is made to follow, or why none is. */
export function whom(look: RejoinLook, wanted: string | undefined): { member: string } | { refused: string } {
  const { primary, following, candidates } = look;
  if (wanted === primary) return { refused: `${primary} takes the writes: the others follow it` };
  if (wanted !== undefined && following.includes(wanted)) return { refused: `${wanted} follows ${primary} already` };
  const asked = wanted === undefined ? candidates : candidates.filter(({ member }) => member === wanted);
  if (asked.length === 0)
    return {
      refused: wanted === undefined ? nobody(look) : `the target has no server ${wanted} that answers or is known`,
    };
  const fit = asked.filter(({ unfit }) => unfit === null);
  const [one, another] = fit;
  if (!one) return { refused: asked.map(({ member, unfit }) => `${member}: ${unfit}`).join(' ') };
  if (another) return { refused: `more than one does not follow: say ${fit.map(({ member }) => member).join(' or ')}` };
  return { member: one.member };
}

function nobody({ primary, following }: RejoinLook): string {
  return following.length === 0
    ? `there is no server but ${primary}`
    : `all follow ${primary} already: ${following.join(', ')}`;
}

/** Pure: why what was approved is not so any more, in words without an end. */
export function whyNotSame({ member, primary, identity }: RejoinOrder, look: RejoinLook): string | undefined {
  if (look.primary !== primary) return `${look.primary} takes the writes now`;
  const differs = Object.keys({ ...identity, ...look.identity }).find((name) => look.identity[name] !== identity[name]);
  if (differs !== undefined) return `${differs} was ${identity[differs]} and is ${look.identity[differs]}`;
  const choice = whom(look, member);
  return 'refused' in choice ? choice.refused : undefined;
}
