import type { DatabaseRoom } from '../../../core/room.ts';
import type { DeathSign } from '../../../targets/failover.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { Place } from '../switchover/sessions.ts';
import { probe } from './probe.ts';

/** What a knock at a server said that does not answer, and is not the one that is taken for the dead primary. */
export type Knock = { member: Pick<MemberSpec, 'name' | 'role'>; sign: DeathSign };

/** `alive`: one that answers may be the one that takes writes. `doubt`: nobody knows whether one does. One sentence each. */
export type OtherWriter = { alive: string } | { doubt: string } | undefined;

/** Knocks at each of them: behind a cascade the primary is not the one that a standby follows. */
export async function knockAtOthers(
  place: Place,
  silent: readonly MemberSpec[],
  primary: string,
  room: DatabaseRoom,
): Promise<OtherWriter> {
  const others = silent.filter(({ name, role }) => name !== primary && role !== 'sentinel');
  const knocks = await Promise.all(others.map(async (member) => ({ member, sign: await probe(place, member, room) })));
  return otherWriter(primary, knocks);
}

/** Pure: who else may take writes. The one that the config calls primary is dead only where two see it, and here only one looks. */
export function otherWriter(primary: string, knocks: readonly Knock[]): OtherWriter {
  const told = ({ member, sign }: Knock) => `${member.name} (${sign.sentence.replace(/\.$/, '')})`;
  const alive = knocks.find(({ sign }) => sign.says === 'alive');
  if (alive) {
    return {
      alive: `${told(alive)} is alive, and nobody could ask it whether it takes the writes and not ${primary}. Nothing was done`,
    };
  }
  const doubted = knocks.filter(({ member, sign }) => sign.says === 'unknown' || member.role === 'primary');
  if (doubted.length === 0) return undefined;
  return { doubt: `Nobody knows whether ${doubted.map(told).join(' or ')} takes the writes, and not ${primary}.` };
}
