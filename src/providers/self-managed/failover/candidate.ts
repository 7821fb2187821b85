import { bytesText, durationText } from '../../../checks/wording.ts';
import type { SwitchoverCandidate } from '../../../targets/switchover.ts';
import { RIGHTS, type ServerFacts } from '../switchover/ask-server.ts';
import { awaitsWords } from '../switchover/candidate.ts';
import { isHeld } from '../switchover/held-settings.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import type { StandbyState } from './ask-standby.ts';

/** `settled`: several looks in a row found the same position. `state`: null where it is no standby. */
export type Contender = { server: ServerFacts; state: StandbyState | null; settled: boolean };

/** Pure: who could take the place of the primary, the most advanced of those that may first. */
export function candidatesOf(contenders: readonly Contender[]): SwitchoverCandidate[] {
  const first = contenders.map((one) => ({ one, unfit: whyUnfit(one, contenders) }));
  const best = first
    .filter(({ unfit }) => unfit === undefined)
    .map(({ one }) => one)
    .toSorted(byReceived)[0];
  const farthest = contenders.toSorted(byReceived)[0];
  return first
    .map(({ one, unfit }) => ({
      member: one.server.member,
      unfit: unfit ?? whyBehind(one, best) ?? null,
      lagBytes: lagOf(one, farthest),
    }))
    .toSorted(byFitness);
}

function whyUnfit({ server, state, settled }: Contender, all: readonly Contender[]): string | undefined {
  if (state === null) return 'it is no standby: it has a history of its own.';
  const systems = new Set(all.flatMap((one) => one.state?.systemIdentifier ?? []));
  const newest = Math.max(...all.map((one) => one.state?.timeline ?? 0));
  const rules: readonly (readonly [boolean, string])[] = [
    [
      systems.size > 1,
      `the standbys belong to ${systems.size} databases (it to ${state.systemIdentifier}): nobody can say which is the right one.`,
    ],
    [state.timeline < newest, `it is on timeline ${state.timeline}, another standby on ${newest}.`],
    [state.received === null, 'nobody can say what it has received.'],
    [state.paused, 'its replay is paused: select pg_wal_replay_resume().'],
    [
      state.delaySeconds > 0,
      `it replays ${durationText(state.delaySeconds)} late on purpose (recovery_min_apply_delay).`,
    ],
    [!settled, 'it still receives: ask again in a moment.'],
    [
      server.readOnlyForAll && !isHeld(server.inFile),
      'default_transaction_read_only is on there: it would refuse writes.',
    ],
    [server.awaits !== '', awaitsWords(server.awaits)],
    [lacksPromotion(server), `the acting role may not promote there: ${RIGHTS}.`],
  ];
  return rules.find(([holds]) => holds)?.[1];
}

/** A login that is not there at all lacks it too. */
function lacksPromotion({ lacks }: ServerFacts): boolean {
  return lacks.some((right) => right === 'pg_promote' || right.startsWith('the role '));
}

/** What another has more would be lost, and that one could not follow. */
function whyBehind({ server, state }: Contender, best: Contender | undefined): string | undefined {
  if (!best?.state?.received || !state?.received || best.server.member === server.member) return undefined;
  const less = bytesBetween(state.received, best.state.received);
  return less > 0 ? `it has ${bytesText(less)} less than ${best.server.member}.` : undefined;
}

function lagOf({ state }: Contender, farthest: Contender | undefined): number | null {
  if (!state?.received || !farthest?.state?.received) return null;
  return Math.max(0, bytesBetween(state.received, farthest.state.received));
}

function byReceived(one: Contender, other: Contender): number {
  if (!one.state?.received || !other.state?.received)
    return Number(Boolean(other.state?.received)) - Number(Boolean(one.state?.received));
  return bytesBetween(one.state.received, other.state.received);
}

function byFitness(one: SwitchoverCandidate, other: SwitchoverCandidate): number {
  if ((one.unfit === null) !== (other.unfit === null)) return one.unfit === null ? -1 : 1;
  return (one.lagBytes ?? 0) - (other.lagBytes ?? 0);
}
