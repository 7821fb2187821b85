import type { Fact } from '../../../core/report.ts';
import type { TargetSpec } from '../../../targets/spec.ts';

/** Pure: which standbys are left once another server takes the writes, and whose hand makes the former primary one. Said before anybody approves. */
export function standbysAfterwards({ name: target, members }: TargetSpec, from: string, to: string): Fact {
  const { rejoin, agent } = members.find(({ name }) => name === from)?.hands ?? {};
  const hand = rejoin ?? agent;
  const until =
    hand === undefined
      ? `until somebody makes ${from} one on its host (nightshift.yaml names no hand there)`
      : `until /db rejoin ${target} ${from}`;
  const others = members.flatMap(({ name }) => (name === from || name === to ? [] : [name]));
  return others.length === 0
    ? { label: 'Standbys afterwards (!)', value: `none, ${until}` }
    : { label: 'Standbys afterwards', value: `${others.join(', ')}, once pointed at ${to}; without ${from} ${until}` };
}
