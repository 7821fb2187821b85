import { listText } from '../../../checks/wording.ts';
import { slotCount } from '../../../targets/cluster-nodes.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { ok, stops } from '../../redis-switchover/prechecks.ts';
import type { Seen } from './look.ts';

const LOST = ['fail', 'fail?', 'noaddr'];

/** Pure: is the cluster whole, can a majority vote, and is nothing else under way? */
export function shardPrechecks(seen: Seen): Precheck[] {
  return [state(seen), majority(seen), calm(seen)];
}

function state({ states }: Seen): Precheck {
  const bad = states.filter(({ state: said }) => said !== 'ok').map(({ name, state: said }) => `${name}: ${said}`);
  if (bad.length === 0) return ok('State', 'cluster_state is ok on every node of the shard.');
  return stops('State', `cluster_state is not ok on every node of the shard (${listText(bad)}).`);
}

/** The primaries with slots vote. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
function majority({ nodes }: Seen): Precheck {
  const voters = nodes.filter((node) => node.flags.includes('master') && slotCount(node) > 0);
  const there = voters.filter(({ flags, isLinked }) => isLinked && !flags.some((flag) => LOST.includes(flag)));
  const sentence = `${there.length} of ${voters.length} primaries can vote`;
  if (there.length > voters.length / 2) return ok('Majority', `${sentence}.`);
  return stops('Majority', `${sentence}: without a majority nobody can take over.`);
}

function calm({ nodes }: Seen): Precheck {
  const moving = nodes.reduce((sum, node) => sum + node.movingSlots, 0);
  if (moving === 0) return ok('Calm', 'No slots are being moved.');
  return stops('Calm', `${moving} slots are being moved: end that first (redis-cli --cluster fix or rebalance).`);
}
