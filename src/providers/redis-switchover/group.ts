import { bytesText, countText, listText } from '../../checks/wording.ts';
import { asFault } from '../../core/errors.ts';
import type { Fact } from '../../core/report.ts';
import type { Unreached } from '../../targets/postgres.ts';
import type { RedisMember } from '../../targets/redis.ts';
import type { SwitchoverCandidate } from '../../targets/switchover.ts';
import { standingOf, type Standing } from './standing.ts';

/** A data server that could not be asked. */
export type Silent = { name: string; reason: string };

/** What each data server says of itself, and which do not answer. */
export type Standings = { standings: readonly Standing[]; silent: readonly Silent[] };

/** Asks them side by side. */
export async function standingsOf(
  members: readonly RedisMember[],
  unreached: readonly Unreached[],
): Promise<Standings> {
  const asked = await Promise.all(
    members.map((member) =>
      standingOf(member).catch((thrown: unknown) => ({ name: member.name, reason: asFault(thrown).message })),
    ),
  );
  return {
    standings: asked.filter((one) => 'runId' in one),
    silent: [
      ...asked.filter((one) => 'reason' in one),
      ...unreached.filter(({ role }) => role !== 'sentinel').map(({ name, reason }) => ({ name, reason })),
    ],
  };
}

/** Pure: in brackets after a sentence, or nothing. */
export function whoIsSilent(silent: readonly Silent[]): string {
  return silent.length === 0 ? '' : ` (${listText(silent.map(({ name, reason }) => `${name}: ${reason}`))})`;
}

export function silentCandidate({ name, reason }: Silent): SwitchoverCandidate {
  return { member: name, unfit: `it does not answer: ${reason}.`, lagBytes: null };
}

/** Pure: what a person weighs before she says yes. */
export function factsOf({ usedMemoryBytes, commandsPerSecond, clients }: Standing): Fact[] {
  return [
    { label: 'Data', value: bytesText(usedMemoryBytes) },
    { label: 'Traffic', value: `${countText(commandsPerSecond, 'command')}/s, ${countText(clients, 'client')}` },
  ];
}
