import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { hostName, type PointerSaid } from '../../core/pointer.ts';

/** One record, as the config names it. */
export type RecordName = { name: string; zone: string; type: 'A' | 'CNAME' };

/** What makes a record another one for every client: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html */
const ROUTED: readonly (readonly [keyof ResourceRecordSet, string])[] = [
  ['Weight', 'is weighted'],
  ['Region', 'is routed by latency'],
  ['Failover', 'fails over by itself (a failover record)'],
  ['GeoLocation', 'is routed by place'],
  ['GeoProximityLocation', 'is routed by place'],
  ['CidrRoutingConfig', 'is routed by address'],
  ['MultiValueAnswer', 'has several answers'],
  ['SetIdentifier', 'is one of several'],
  ['AliasTarget', 'is an alias of something in AWS'],
  ['TrafficPolicyInstanceId', 'belongs to a traffic policy'],
  ['HealthCheckId', 'depends on a health check'],
];

/** Pure: what a record says, or why it cannot be pointed by the bot. */
export function saidBy(
  { name, zone, type }: RecordName,
  found: readonly ResourceRecordSet[],
): PointerSaid | { refused: string } {
  const [set] = found.filter((one) => hostName(one.Name ?? '') === name && one.Type === type);
  if (!set)
    return {
      refused: `The hosted zone ${zone} has no ${type} ${name}: create it, or mend the pointer in nightshift.yaml.`,
    };
  const routed = ROUTED.find(([member]) => set[member] !== undefined);
  if (routed)
    return { refused: `${name} ${routed[1]}: only a simple record can be pointed elsewhere without guessing.` };
  const values = (set.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  const [kept] = values;
  if (kept === undefined || values.length > 1)
    return { refused: `${name} has ${values.length} values: only a record with one can be pointed elsewhere.` };
  return { host: hostName(kept), kept, ttlSeconds: set.TTL ?? null, version: null };
}
