import type { Phase, SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import type { Shipped } from './shutdown-proof.ts';

/** `follows`: the old primary streams from the new one, by Patroni and by itself. */
export type Proof = { forkLsn: string | null; shipped: Shipped; follows: boolean };

const PAGE = 'docs/runbooks/switchover-patroni.md';

/** Pure: Patroni was not asked, or did nothing. */
export function notBegun(phases: readonly Phase[], why: string, evidence: readonly string[] = []): SwitchoverResult {
  const said = why.endsWith('.') ? why : `${why}.`;
  return { ended: 'rolled-back', why: said, lost: 'none', phases, writeGapMilliseconds: null, evidence, left: [] };
}

/** Pure: the new server takes the writes. */
export function switched(
  order: SwitchoverOrder,
  proof: Proof,
  course: Pick<SwitchoverResult, 'phases' | 'writeGapMilliseconds'>,
): SwitchoverResult {
  const { from, to } = order;
  const { shipped, follows } = proof;
  return {
    ...course,
    ended: 'switched',
    why: shipped.all ? null : shipped.why,
    lost: shipped.all ? 'none' : 'unknown',
    evidence: evidenceOf(order, proof),
    left: [
      ...(follows ? [] : [`${from} did not follow ${to} yet: look with patronictl list (${PAGE}).`]),
      ...(shipped.all ? [] : [`Compare what ${from} had written with what ${to} has (${PAGE}).`]),
    ],
    ...(follows ? {} : { former: `${from} did not follow it yet` }),
  };
}

function evidenceOf({ from, to, identity }: SwitchoverOrder, { forkLsn, shipped, follows }: Proof): string[] {
  const timeline = Number(identity['timeline']);
  const fork = forkLsn === null ? '' : `, which left timeline ${timeline} at ${forkLsn}`;
  return [
    `${to} took a write on timeline ${timeline + 1}${fork}.`,
    ...(shipped.all
      ? [
          `The last that ${from} wrote as primary is its shutdown checkpoint at ${shipped.shutdownLsn}, right before that: ${to} has all of it.`,
        ]
      : []),
    ...(follows ? [`${from} streams from ${to}.`] : []),
  ];
}

/** Pure: nobody should guess. */
export function person(why: string, phases: readonly Phase[] = []): SwitchoverResult {
  return {
    ended: 'needs-a-human',
    why,
    lost: 'unknown',
    phases,
    writeGapMilliseconds: null,
    evidence: [],
    left: [`Look with patronictl list and patronictl history who leads (${PAGE}).`],
  };
}
