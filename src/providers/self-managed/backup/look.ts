import { asFault } from '../../../core/errors.ts';
import type { BackupLook } from '../../../targets/backups.ts';
import { identifySystem } from '../replication/commands.ts';
import { askMember, type MemberFacts } from './ask-member.ts';
import { chooseMember, whyNoIncrement } from './choose-member.ts';
import { openMember } from './open.ts';
import type { BackupSite } from './site.ts';

/** A look, and what else is known of the member. */
export type Looked = { look: BackupLook; facts: MemberFacts };

/** Chooses whom to take a backup from and asks it who it is, over the kind of connection that the backup needs. */
export async function lookAround(site: BackupSite): Promise<Looked | { refused: string }> {
  const asked = await Promise.all(
    site.target.members.map(async (member) =>
      askMember(member).catch((thrown: unknown) => ({ member: member.name, why: asFault(thrown).message })),
    ),
  );
  const silent = site.target.unreached.map(({ name, reason }) => ({ member: name, why: reason }));
  const members = asked.flatMap((one) => ('name' in one ? [one] : []));
  const chosen = chooseMember(members, [...asked.flatMap((one) => ('why' in one ? [one] : [])), ...silent]);
  if ('refused' in chosen) return chosen;
  const { member: facts, passedOver } = chosen;
  const connection = await openMember(site, facts.name);
  try {
    const { systemId, timeline } = await identifySystem(connection);
    const { name: member, version: serverVersion, sizeBytes } = facts;
    const why = whyNoIncrement(facts);
    const look = { member, passedOver, systemId, serverVersion, timeline, sizeBytes };
    return { look: why === undefined ? look : { ...look, whyNoIncrement: why }, facts };
  } finally {
    connection.close();
  }
}
