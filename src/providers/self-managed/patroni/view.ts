import { Fault } from '../../../core/errors.ts';
import type { MemberSpec, PatroniSource, TargetSpec } from '../../../targets/spec.ts';
import type { Cluster, ClusterMember, Settings, Status } from './answers.ts';
import { askAny, askPatroni, type Silent } from './client.ts';
import { namesOf, ourName, type Names } from './names.ts';

/** What Patroni says of a cluster. `leader`: as the config calls it; null where nobody holds the lock. */
export type View = {
  cluster: Cluster;
  settings: Settings;
  /** By our name; one that is silent may not be asked to take over. */
  statuses: ReadonlyMap<string, Status | Silent>;
  names: Names;
  leader: string | null;
  /** A cluster that follows another one takes no writes. */
  isStandbyCluster: boolean;
};

export type Source = MemberSpec & { patroni: PatroniSource };

/** The members that have a Patroni beside them, by the config. */
export function sourcesOf({ members }: TargetSpec): Source[] {
  return members.flatMap((member) => (member.patroni ? [{ ...member, patroni: member.patroni }] : []));
}

/** Asks every Patroni of a target, side by side. `known`: which member is which, where that was found out before. */
export async function viewOf(spec: TargetSpec, known?: Names): Promise<View | Silent> {
  const sources = sourcesOf(spec);
  const asked = sources.map(({ patroni }) => patroni);
  const [cluster, settings, said] = await Promise.all([
    askAny(asked, 'cluster'),
    askAny(asked, 'config'),
    Promise.all(sources.map(async ({ name, patroni }) => [name, await askPatroni(patroni, 'patroni')] as const)),
  ]);
  if ('silent' in cluster) return cluster;
  if ('silent' in settings) return settings;
  const statuses = new Map(said);
  const telling = new Map(said.flatMap(([name, one]) => ('silent' in one ? [] : [[name, one] as const])));
  const names = known ?? namesOf(spec.members, cluster, telling);
  return { cluster, settings, statuses, names, ...leaderOf(cluster, names) };
}

/** https://patroni.readthedocs.io/en/latest/standby_cluster.html */
function leaderOf({ members }: Cluster, names: Names): Pick<View, 'leader' | 'isStandbyCluster'> {
  const leader = members.find(({ role }) => ['leader', 'master', 'primary', 'standby_leader'].includes(role));
  return {
    leader: leader ? ourName(names, leader.name) : null,
    isStandbyCluster: leader?.role === 'standby_leader',
  };
}

/** Pure: a member as Patroni has it. */
export function memberOf({ cluster, names }: Pick<View, 'cluster' | 'names'>, ours: string): ClusterMember | undefined {
  return cluster.members.find(({ name }) => name === names.get(ours));
}

/** Pure. Throws a Fault for a member that the config does not have. */
export function sourceOf(spec: TargetSpec, name: string): Source {
  const found = sourcesOf(spec).find((one) => one.name === name);
  if (!found) throw new Fault('invalid_request', `${spec.name} has no member ${name} with a Patroni beside it`);
  return found;
}
