import { slotCount } from '../../../targets/cluster-nodes.ts';
import type { DeathSign, FailoverLook } from '../../../targets/failover.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { fenceOutlook } from '../../redis-failover/fence.ts';
import { silentSeconds } from '../../redis-failover/link.ts';
import { lookOf, type Words } from '../../redis-failover/look.ts';
import { rolesOf, type Roles } from '../../redis-failover/seen.ts';
import type { Hear } from '../../redis-failover/work.ts';
import { attempt, given } from '../../redis-switchover/attempt.ts';
import { ok, warns } from '../../redis-switchover/prechecks.ts';
import { EPOCH } from '../switchover/finish.ts';
import type { Shard } from '../switchover/look.ts';
import { electsItselfWithin, type Election } from './itself.ts';
import { runbook, WHERE_MAJORITY, WHERE_NO_MAJORITY } from './runbook.ts';
import { placesOf, shardAsked } from './shard.ts';
import { signsOfVoters, votersOf } from './votes.ts';

/** What a look at a shard gave, and whether most of the primaries can vote. */
export type ShardLook = { look: FailoverLook; hasMajority: boolean };

/** Asks the shard of a replica, or the only one without a primary that answers, and the other primaries. */
export async function lookAround(
  target: RedisTarget,
  specs: readonly MemberSpec[],
  hear: Hear,
  to: string | undefined,
): Promise<ShardLook | { refused: string }> {
  const shard = shardAsked(target, specs, to);
  if ('refused' in shard) return shard;
  const places = placesOf(shard);
  const isOwn = (one: { name: string }) => places.some(({ name }) => name === one.name);
  const voters = target.members.filter((one) => one.roleNow === 'primary' && !isOwn(one));
  const [roles, fence, heard, signs] = await Promise.all([
    rolesOf({ members: target.members.filter(isOwn), unreached: target.unreached.filter(isOwn) }),
    fenceOutlook(target.fence),
    hear(shard.primary),
    signsOfVoters(voters, { id: shard.node.id, name: shard.primary }),
  ]);
  const { there, all } = votersOf(target.cluster?.nodes ?? []);
  const hasMajority = there > all / 2;
  const look = lookOf(
    { roles, heard, fence, specs: places, wanted: shard.primary === to ? undefined : to },
    wordsFor(hasMajority, `${there} of ${all}`),
  );
  if ('refused' in look) return look;
  const itself = heard.says === 'answer' ? undefined : await itselfWithin(target, shard, roles, { look, hasMajority });
  if (itself !== undefined)
    return {
      refused: `The cluster does this by itself: ${there} of ${all} primaries can vote, and it should be done within ${itself} s. Ask again after that.`,
    };
  return { look: withShard(look, shard, { signs, hasMajority }), hasMajority };
}

function withShard(
  look: FailoverLook,
  { node }: Shard,
  { signs, hasMajority }: { signs: readonly DeathSign[]; hasMajority: boolean },
): FailoverLook {
  return {
    ...look,
    identity: { ...look.identity, [EPOCH]: node.configEpoch },
    signs: [...look.signs, ...signs],
    facts: [{ label: 'Slots', value: String(slotCount(node)) }, ...look.facts],
    loss: hasMajority ? look.loss : { bytes: null, seconds: null, sentence: TAKEOVER_LOSS },
  };
}

async function itselfWithin(
  { members }: RedisTarget,
  { replicas }: Shard,
  roles: Roles,
  { look, hasMajority }: ShardLook,
): Promise<number | undefined> {
  const within = await Promise.all(
    look.candidates
      // One with less of the log may stand as well.
      .filter(({ unfit, lagBytes }) => unfit === null || lagBytes !== null)
      .map(async ({ member: name }) => {
        const replica = roles.replicas.find(({ standing }) => standing.name === name);
        const member = members.find((one) => one.name === name);
        const flags = replicas.find((one) => one.name === name)?.node.flags ?? [];
        const about = {
          hasMajority,
          silentSeconds: replica ? silentSeconds(replica.link) : null,
          mayNotStand: flags.includes('nofailover'),
        };
        return electsItselfWithin({ ...about, ...(await settingsOf(member)) });
      }),
  );
  const known = within.filter((seconds) => seconds !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** https://redis.io/docs/latest/commands/config-get/ The act room may not ask: it goes by what the plan was made of. */
async function settingsOf(
  member: RedisMember | undefined,
): Promise<Pick<Election, 'nodeTimeoutSeconds' | 'validityFactor'>> {
  const setting = async (name: string) => {
    const reply = member && given(await attempt(() => member.call('CONFIG', 'GET', name)));
    return Array.isArray(reply) && reply.length > 1 ? Number(reply[1]) : null;
  };
  const [timeoutMs, validityFactor] = await Promise.all(
    ['cluster-node-timeout', 'cluster-replica-validity-factor'].map(setting),
  );
  return {
    nodeTimeoutSeconds: timeoutMs === null || timeoutMs === undefined ? null : timeoutMs / 1000,
    validityFactor: validityFactor ?? null,
  };
}

const TAKEOVER_LOSS =
  'Nobody can say what is lost without a majority: what had not been copied, and all that others may take for the same slots meanwhile.';

function wordsFor(hasMajority: boolean, votes: string): Words {
  const majority: Precheck = hasMajority
    ? ok('Majority', `${votes} primaries can vote.`)
    : warns(
        'Majority',
        `${votes} primaries can vote, which is no majority: {to} can only take over without an election (TAKEOVER), beside whatever the others do.`.replaceAll(
          '{to}',
          'the replica',
        ),
      );
  return {
    prechecks: [majority],
    ...planWords(runbook, {}, [hasMajority ? WHERE_MAJORITY : WHERE_NO_MAJORITY]),
  };
}
