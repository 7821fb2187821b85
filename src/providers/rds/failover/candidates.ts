import type { CloudCandidate } from '../../../targets/cloud-failover.ts';
import { isTagged } from '../../failover-tag.ts';
import type { Described } from '../instances.ts';
import { machineMemory } from '../machine-memory.ts';
import { whyNotNow } from '../switchover/status.ts';

/** Pure: the one that takes the writes, or one sentence why nobody can say which. */
export function primaryOf(described: readonly Described[]): { primary: Described } | { refused: string } {
  const alone = described.filter(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === undefined);
  const [first] = alone;
  if (!first) return { refused: 'AWS shows no instance of this target that reads from no other.' };
  if (alone.length === 1) return { primary: first };
  const read = alone.filter((one) => readersOf(one, described).length > 0);
  if (read.length === 1 && read[0]) return { primary: read[0] };
  const names = alone.map(({ member }) => member).join(' and ');
  return { refused: `AWS shows that ${names} read from no other: nobody can say which of them took the writes.` };
}

/** Pure: the members that read from it directly. */
export function readersOf({ identifier }: Described, described: readonly Described[]): Described[] {
  return described.filter(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === identifier);
}

/** Pure: who could be promoted, as far as AWS knows; `lagSeconds` by member. */
export function candidatesOf(
  primary: Described,
  described: readonly Described[],
  lagSeconds: { readonly [member: string]: number | null },
): CloudCandidate[] {
  return described
    .filter((one) => one !== primary)
    .map((one) => ({
      member: one.member,
      unfit: whyUnfit(one, primary) ?? null,
      lagSeconds: lagSeconds[one.member] ?? null,
    }));
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html: not while it is backed up. */
function whyUnfit({ identifier, instance }: Described, primary: Described): string | undefined {
  const {
    ReadReplicaSourceDBInstanceIdentifier: source,
    DBInstanceStatus: status = 'unknown',
    TagList: tags,
  } = instance;
  if (source !== primary.identifier)
    return source === undefined ? 'it reads from no other: it has a history of its own.' : `it reads from ${source}.`;
  if (status !== 'available') return whyNotNow(identifier, status);
  if (tags !== undefined && !isTagged(tags)) return 'it is not tagged nightshift:failover = allowed.';
  return undefined;
}

/** Pure: what is smaller there than where the writes were; null where nothing is known to be. */
export function smallerMachine(candidate: Described | undefined, primary: Described): string | null {
  const [kind, was] = [candidate?.instance.DBInstanceClass ?? '', primary.instance.DBInstanceClass ?? ''];
  const [own, most] = [machineMemory(kind), machineMemory(was)];
  if (own === null || most === null || own >= most) return null;
  return `The machine of ${candidate?.member} (${kind}) is smaller than that of ${primary.member} (${was}).`;
}
