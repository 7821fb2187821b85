import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { SwitchoverIdentity, SwitchoverLook } from '../../../targets/switchover.ts';
import { listText } from '../../../checks/wording.ts';
import { runIds, whyUnfit } from '../../redis-switchover/fitness.ts';
import { factsOf, silentCandidate, standingsOf, whoIsSilent, type Standings } from '../../redis-switchover/group.ts';
import { holdable, primaryPrechecks, warns } from '../../redis-switchover/prechecks.ts';
import { behindBytes, type Standing } from '../../redis-switchover/standing.ts';
import { runbook } from './runbook.ts';

/** All that is looked at before the writes of a pair are moved. */
export type Seen = Standings & { addresses: { readonly [member: string]: string } };

/** Asks the servers, and the primary where its replicas are. */
export async function lookAround(target: RedisTarget, specs: readonly MemberSpec[]): Promise<Seen> {
  const { primary, members, unreached } = target;
  const [asked, said] = await Promise.all([standingsOf(members, unreached), replicationOf(primary)]);
  return { ...asked, addresses: addressesIn(said, specs) };
}

async function replicationOf(primary: RedisMember | undefined): Promise<Record<string, string>> {
  return (await primary?.info('replication').catch(() => undefined)) ?? {};
}

/**
 * Pure: `host:port` of each replica as its primary reaches it, by the port in the config. One whose port another replica has too is
 * left out: nobody could say which it is. https://redis.io/docs/latest/commands/info/ (slaveXXX)
 */
export function addressesIn(
  said: { readonly [field: string]: string },
  specs: readonly Pick<MemberSpec, 'name' | 'port'>[],
): { [member: string]: string } {
  const places = Object.entries(said).flatMap(([field, value]) => {
    const [, host, port] = /^slave\d+$/.test(field) ? (/ip=([^,]+),port=(\d+)/.exec(value) ?? []) : [];
    return host === undefined || port === undefined ? [] : [{ host, port: Number(port) }];
  });
  const found = specs.flatMap(({ name, port }) => {
    const [own, ...others] = places.filter((place) => place.port === port);
    return own && others.length === 0 ? [[name, `${own.host}:${own.port}`] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Under this name the identity has the address of a server. */
export function addressName(member: string): string {
  return `address of ${member}`;
}

/** Pure: who takes the writes, who could, and what a switchover would do. */
export function lookOf({ standings, silent, addresses }: Seen): SwitchoverLook | { refused: string } {
  const [primary, second] = standings.filter(({ role }) => role === 'primary');
  if (primary === undefined) return { refused: `no server that answers takes writes${whoIsSilent(silent)}.` };
  if (second) return { refused: `${primary.name} and ${second.name} both take writes: end that first, by hand.` };
  const others = standings.filter(({ role }) => role === 'replica');
  return {
    primary: primary.name,
    identity: { ...runIds([primary, ...others]), ...placesOf(others, addresses) },
    candidates: [
      ...others
        .map((one) => ({
          member: one.name,
          unfit: whyUnfit(primary, one) ?? whyNotFound(primary, one, addresses) ?? null,
          lagBytes: behindBytes(primary, one),
        }))
        .toSorted((one, other) => (one.lagBytes ?? 0) - (other.lagBytes ?? 0)),
      ...silent.map(silentCandidate),
    ],
    prechecks: [...unguided(primary, others), holdable(primary), ...primaryPrechecks(primary)],
    ...planWords(runbook),
    facts: factsOf(primary),
  };
}

function placesOf(others: readonly Standing[], addresses: Seen['addresses']): SwitchoverIdentity {
  return Object.fromEntries(others.map(({ name }) => [addressName(name), addresses[name] ?? 'unknown']));
}

function whyNotFound(primary: Standing, { name }: Standing, addresses: Seen['addresses']): string | undefined {
  if (addresses[name] !== undefined) return undefined;
  return `${primary.name} knows no replica at the port that the config has for ${name}, or several: it could not be told whom to follow.`;
}

function unguided(primary: Standing, others: readonly Standing[]) {
  return [
    warns('Clients', 'Nobody tells clients where to go: they need the new address at the moment of the change.'),
    ...(others.length > 1
      ? [
          warns(
            'Other replicas',
            `${listText(others.map(({ name }) => name))}: the one that is not promoted goes on to follow ${primary.name}, which follows the new primary.`,
          ),
        ]
      : []),
  ];
}
