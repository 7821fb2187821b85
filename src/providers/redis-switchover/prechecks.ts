import { listText } from '../../checks/wording.ts';
import type { Precheck } from '../../targets/switchover.ts';
import type { Standing } from './standing.ts';

export const ok = (name: string, sentence: string): Precheck => ({ name, says: 'ok', sentence });
export const warns = (name: string, sentence: string): Precheck => ({ name, says: 'warns', sentence });
export const stops = (name: string, sentence: string): Precheck => ({ name, says: 'stops', sentence });

/** Pure: what has to be so on the primary, whoever watches it. */
export function primaryPrechecks(primary: Standing): Precheck[] {
  return [
    primary.unsaved.length === 0
      ? ok('Saved', `What ${primary.name} saves on disk was saved the last time.`)
      : warns('Saved', `${primary.name}: ${listText(primary.unsaved)}.`),
    primary.goodReplicas === null
      ? warns(
          'Guard against two primaries',
          `${primary.name} takes writes without any replica (min-replicas-to-write 0): if it is cut off, what it acknowledges is lost later.`,
        )
      : ok('Guard against two primaries', `${primary.name} takes no writes without a replica (min-replicas-to-write).`),
    ...(primary.failingOver ? [stops('Switchover', `${primary.name} is in a FAILOVER of its own making.`)] : []),
  ];
}

/** Pure: can we hold its writes? `CLIENT PAUSE … WRITE` lets reads go on; it came with 6.2. https://redis.io/docs/latest/commands/client-pause/ */
export function holdable({ name, version }: Standing): Precheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 6 || (major === 6 && minor >= 2)) return ok('Version', `Redis ${version} can hold writes back.`);
  return stops('Version', `${name} is Redis ${version}, which cannot hold writes back: that came with 6.2.`);
}
