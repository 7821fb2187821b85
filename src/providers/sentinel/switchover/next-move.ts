import { listText } from '../../../checks/wording.ts';
import { strayBytes, type Standing } from '../../redis-switchover/standing.ts';
import { majorityOf } from './prechecks.ts';
import type { SentinelView } from './sentinel-view.ts';

/** How the group stands at one moment of a switchover. A server that does not answer is undefined. */
export type Group = {
  from: Standing | undefined;
  to: Standing | undefined;
  /** The address of the new primary, as the Sentinels write it. */
  toAddress: string;
  /** Of the old primary, as the plan has it; undefined where it has none. */
  fromAddress: string | undefined;
  expected: readonly string[];
  /** Those that may have the order: before one of them says that it promotes nobody, it may do it yet. */
  ordered: readonly string[];
  /** Asked before the servers were: whoever is a replica after no Sentinel promotes is not being promoted. */
  views: readonly SentinelView[];
};

/** What is to be done next, once a Sentinel may have taken the order. */
export type Move =
  /** It goes on by itself. */
  | { move: 'wait'; for: string }
  /** The new primary is there, and the old one has nothing that it lacks. */
  | { move: 'demote' }
  /** The old one follows, and clients are sent to the new one. */
  | { move: 'let-go' }
  /** No Sentinel promotes anybody: the old one is and stays the primary. */
  | { move: 'release'; why: string }
  | { move: 'ask-a-human'; why: string };

/** Pure: what a group in this state needs. */
export function nextMove(group: Group): Move {
  const { from, to } = group;
  if (to === undefined) return { move: 'wait', for: 'the new primary to answer' };
  return to.role === 'primary' ? promoted(group, from, to) : notPromoted(group, from, to);
}

/**
 * Pure: is the hold on the old primary to be renewed? Not by whoever was cut off from the Sentinels, and not by one that has held
 * nothing itself (`heldAtMs` null) while nobody promotes: it would keep clients waiting for no reason.
 */
export function isToBeHeld({ from, to, views }: Group, { heldAtMs }: { heldAtMs: number | null }): boolean {
  if (from?.role !== 'primary' || views.length === 0) return false;
  return heldAtMs !== null || to?.role === 'primary' || views.some(({ failingOver }) => failingOver);
}

function promoted({ expected, views, toAddress }: Group, from: Standing | undefined, to: Standing): Move {
  const agreed = views.filter(({ sendsTo }) => sendsTo === toAddress).length >= majorityOf(expected);
  if (from === undefined)
    return agreed ? { move: 'let-go' } : { move: 'wait', for: `most Sentinels to name ${to.name}` };
  if (from.role === 'primary') {
    const stray = strayBytes(from, to);
    if (stray === 0) return { move: 'demote' };
    return { move: 'ask-a-human', why: strayWords(from, to, stray) };
  }
  if (from.follows?.address !== toAddress)
    return {
      move: 'ask-a-human',
      why: `${from.name} follows ${from.follows?.address ?? 'nobody'}, and not ${to.name}.`,
    };
  return agreed ? { move: 'let-go' } : { move: 'wait', for: `most Sentinels to name ${to.name}` };
}

function strayWords(from: Standing, to: Standing, stray: number | null): string {
  const more =
    stray === null
      ? `the histories of ${from.name} and ${to.name} cannot be compared`
      : `${from.name} has ${stray} bytes of log that came after ${to.name} was promoted`;
  return `Both take writes, and ${more}: the Sentinels will make it a replica within seconds, which discards them.`;
}

function notPromoted(group: Group, from: Standing | undefined, to: Standing): Move {
  const { views, expected, ordered } = group;
  const busy = views.filter(({ failingOver }) => failingOver);
  if (busy.length > 0) return { move: 'wait', for: `${busy[0]?.name} to promote ${to.name}` };
  if (views.length < majorityOf(expected)) return { move: 'wait', for: 'most Sentinels to answer' };
  const silent = ordered.filter((name) => !views.some((view) => view.name === name));
  if (silent.length > 0) return { move: 'wait', for: `${listText(silent)}, which may have the order, to answer` };
  if (from === undefined) return { move: 'wait', for: 'the old primary to answer' };
  if (from.role === 'replica')
    return {
      move: 'ask-a-human',
      why: `Neither ${from.name} nor ${to.name} takes writes: see whom the Sentinels name.`,
    };
  // A Sentinel that promoted another replica knows no run id of it for up to 10 s, but sends clients there at once.
  const astray = views.find(({ sendsTo }) => sendsTo !== group.fromAddress);
  if (astray)
    return { move: 'ask-a-human', why: `${astray.name} sends clients to ${astray.sendsTo}, and not to ${from.name}.` };
  const gone = views.find(({ master }) => master.runId !== '' && master.runId !== from.runId);
  if (gone) return { move: 'ask-a-human', why: `${gone.name} names another primary than ${from.name} and ${to.name}.` };
  return { move: 'release', why: `the Sentinels promoted nobody.` };
}
