import type { MemberSpec } from '../../../targets/spec.ts';
import type { Cluster, ClusterMember, Status } from './answers.ts';

/** The names of members in nightshift.yaml, each with its name in Patroni. */
export type Names = ReadonlyMap<string, string>;

/**
 * Pure: which of Patroni's members is which of ours: by `identifier` in nightshift.yaml, by what the Patroni beside it calls itself,
 * by the address of its REST API or of its PostgreSQL, at last by an equal name. None is taken twice.
 */
export function namesOf(
  members: readonly MemberSpec[],
  { members: theirs }: Pick<Cluster, 'members'>,
  statuses: ReadonlyMap<string, Pick<Status, 'patroni'>>,
): Names {
  const names = new Map<string, string>();
  for (const member of members) {
    const told = statuses.get(member.name)?.patroni?.name ?? undefined;
    const free = theirs.filter(({ name }) => ![...names.values()].includes(name));
    const found = rules(member, told)
      .map((fits) => free.find(fits))
      .find((one) => one !== undefined);
    if (found) names.set(member.name, found.name);
  }
  return names;
}

type Rule = (theirs: ClusterMember) => boolean;

function rules({ name, host, port, identifier, patroni }: MemberSpec, told: string | undefined): Rule[] {
  if (identifier !== undefined) return [(theirs) => theirs.name === identifier];
  if (told !== undefined) return [(theirs) => theirs.name === told];
  const api = hostOf(patroni?.url);
  return [
    (theirs) => api !== undefined && hostOf(theirs.api_url) === api,
    (theirs) => theirs.host === host && theirs.port === port,
    (theirs) => theirs.name === name,
  ];
}

function hostOf(url: string | null | undefined): string | undefined {
  return url && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Pure: what the config calls a member of Patroni; its own name where it is none of ours. */
export function ourName(names: Names, theirs: string): string {
  return [...names].find(([, name]) => name === theirs)?.[0] ?? theirs;
}
