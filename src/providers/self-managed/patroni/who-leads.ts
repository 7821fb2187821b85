import { listText } from '../../../checks/wording.ts';
import type { PostgresTarget } from '../../../targets/postgres.ts';
import type { View } from './view.ts';

/** Pure: the member that Patroni calls the leader and that alone takes writes, or why nobody should move anything. */
export function whoLeads(
  { name, members, unreached }: Pick<PostgresTarget, 'name' | 'members' | 'unreached'>,
  { leader, isStandbyCluster, settings }: Pick<View, 'leader' | 'isStandbyCluster' | 'settings'>,
  writable: readonly string[],
): { leader: string } | { refused: string } {
  if (leader === null) {
    return {
      refused: `Patroni has no leader for ${name} now, and finds one by itself within about ${settings.ttl} s: wait, or look with patronictl list`,
    };
  }
  if (isStandbyCluster) return { refused: `${name} is a standby cluster of Patroni: its writes are in the other one` };
  const away = unreached.find((one) => one.name === leader);
  if (away) return { refused: `Patroni says that ${leader} leads, and it does not answer: ${away.reason}` };
  if (!members.some((one) => one.name === leader)) {
    return {
      refused: `the leader ${leader} of Patroni is none of the members of ${name} in nightshift.yaml: add it, or set the \`identifier\` of a member to its name in Patroni`,
    };
  }
  if (writable.length !== 1 || writable[0] !== leader) {
    const seen = writable.length === 0 ? 'nobody is' : `${listText(writable)} ${writable.length === 1 ? 'is' : 'are'}`;
    return { refused: `Patroni says that ${leader} leads, but ${seen} out of recovery: a person has to look` };
  }
  return { leader };
}
