import { asFault } from '../../core/errors.ts';
import type { SnapshotLook } from '../../targets/backups.ts';
import { slotCount, type ClusterNode } from '../../targets/cluster-nodes.ts';
import { askMember, type MemberFacts } from './ask-member.ts';
import { chooseMember, type PrimaryRule } from './choose-member.ts';
import type { SnapshotSite } from './site.ts';

/** One server that gives a snapshot; `slots` of a cluster. */
export type ShardSource = { facts: MemberFacts; slots?: ClusterNode['slots'] };
export type Looked = { look: SnapshotLook; sources: readonly ShardSource[] };

/** What a room has memory for: the parts of uploads of so many at once. */
const SHARDS_MOST = 20;

/** The members of one shard by name, and its slots. */
type Shard = { names: ReadonlySet<string>; slots?: ClusterNode['slots'] };
type PassedOver = SnapshotLook['passedOver'];

/** Chooses from whom the snapshots are taken: one server of each shard. Only INFO is asked. */
export async function lookAround(site: SnapshotSite): Promise<Looked | { refused: string }> {
  const { target } = site;
  const shards = shardsOf(site);
  if ('refused' in shards) return shards;
  const asked = await Promise.all(
    target.members.map(async (member) =>
      askMember(member).catch((thrown: unknown) => ({ member: member.name, why: asFault(thrown).message })),
    ),
  );
  const facts = asked.flatMap((one) => ('name' in one ? [one] : []));
  const data = target.unreached.filter(({ role }) => role !== 'sentinel');
  const silent = [
    ...asked.flatMap((one) => ('why' in one ? [one] : [])),
    ...data.map(({ name, reason }) => ({ member: name, why: reason })),
  ];
  return choose(shards, facts, silent, primaryRule(site));
}

function choose(
  shards: readonly Shard[],
  facts: readonly MemberFacts[],
  silent: PassedOver,
  rule: PrimaryRule,
): Looked | { refused: string } {
  const sources: ShardSource[] = [];
  const passedOver: PassedOver[number][] = [];
  for (const { names, slots } of shards) {
    const members = facts.filter(({ name }) => names.has(name));
    if (members.length === 0) return { refused: `No server answers${rangesText(slots)}: ${reasons(silent)}.` };
    const chosen = chooseMember(
      members,
      silent.filter(({ member }) => names.has(member)),
      rule,
    );
    if ('refused' in chosen) return chosen;
    sources.push({ facts: chosen.member, ...(slots === undefined ? {} : { slots }) });
    passedOver.push(...chosen.passedOver);
  }
  const usedBytes = sources.reduce((sum, source) => sum + source.facts.usedBytes, 0);
  const told = sources.map(({ facts: { name, role } }) => ({ member: name, role }));
  return { look: { shards: told, passedOver, usedBytes }, sources };
}

/** Whether the config lets the primary be asked. Sentinels find replicas in the list of a primary, and would keep us as one. */
function primaryRule({ spec, target }: SnapshotSite): PrimaryRule {
  if (target.sentinels) {
    return { mayAsk: false, why: 'it is the primary, where the Sentinels would take us for a replica: add a replica' };
  }
  if (spec.backup?.snapshotFrom === 'any') return { mayAsk: true };
  return {
    mayAsk: false,
    why: `it is the primary, whose clients feel the fork: add a replica, or write backup: { snapshotFrom: any } for ${spec.name}`,
  };
}

/** Every primary with slots and its replicas; all members together where there is no cluster. */
function shardsOf({ spec, target }: SnapshotSite): readonly Shard[] | { refused: string } {
  const all = [...target.members, ...target.unreached].map(({ name }) => name);
  if (!target.cluster) return [{ names: new Set(all) }];
  const { nodes, names } = target.cluster;
  const named = (id: string) => names[id] ?? '';
  const primaries = nodes
    .filter((node) => node.flags.includes('master') && slotCount(node) > 0)
    .toSorted((one, other) => firstSlot(one) - firstSlot(other));
  if (primaries.length === 0) return { refused: `No node of ${spec.name} says who belongs to the cluster.` };
  if (primaries.length > SHARDS_MOST) {
    return {
      refused: `${spec.name} has ${primaries.length} shards, and at most ${SHARDS_MOST} can be copied at once: the room has no memory for more.`,
    };
  }
  return primaries.map(({ id, slots }) => {
    const ids = [id, ...nodes.filter(({ primaryId }) => primaryId === id).map((node) => node.id)];
    return { names: new Set(ids.map(named)), slots };
  });
}

function firstSlot({ slots }: ClusterNode): number {
  return slots[0]?.[0] ?? 0;
}

function rangesText(slots: Shard['slots']): string {
  return slots === undefined ? '' : ` that serves the slots ${slots.map(([from, to]) => `${from}-${to}`).join(', ')}`;
}

function reasons(silent: PassedOver): string {
  return silent.map(({ member, why }) => `${member}: ${why}`).join('; ');
}
