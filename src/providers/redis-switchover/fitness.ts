import { bytesText } from '../../checks/wording.ts';
import type { SwitchoverIdentity } from '../../targets/switchover.ts';
import { behindBytes, type Standing } from './standing.ts';

/** One that is further behind would keep writes waiting for too long. */
const LAG_BYTES_MOST = 16 * 1024 ** 2;

/** Pure: why a server could not take the writes of the primary, in one sentence; undefined where it could. */
export function whyUnfit(primary: Standing, replica: Standing): string | undefined {
  const { follows, name } = replica;
  if (follows === null) return 'it says that it is a primary itself.';
  if (replica.loading) return 'it is still loading its data.';
  if (follows.syncing) return `it is still copying the data of ${primary.name}.`;
  if (!follows.linkUp) return `its link to ${primary.name} is down.`;
  const behind = behindBytes(primary, replica);
  if (behind === null) return `it does not follow ${primary.name} (another replication id).`;
  if (behind > LAG_BYTES_MOST)
    return `it is ${bytesText(behind)} behind, more than the ${bytesText(LAG_BYTES_MOST)} that are caught up while writes wait.`;
  if (replica.priority === 0) return `it must not be promoted (replica-priority 0 on ${name}).`;
  return memoryUnfit(primary, replica);
}

function memoryUnfit(primary: Standing, { maxMemoryBytes }: Standing): string | undefined {
  if (maxMemoryBytes === 0) return undefined;
  if (maxMemoryBytes < primary.usedMemoryBytes)
    return `its memory limit of ${bytesText(maxMemoryBytes)} is below the ${bytesText(primary.usedMemoryBytes)} that ${primary.name} uses.`;
  if (primary.maxMemoryBytes === 0 || maxMemoryBytes < primary.maxMemoryBytes)
    return `its memory limit of ${bytesText(maxMemoryBytes)} is smaller than that of ${primary.name} (${primary.maxMemoryBytes === 0 ? 'none' : bytesText(primary.maxMemoryBytes)}).`;
  return undefined;
}

/** Pure: the run ids of servers. A server that was started again is another one. */
export function runIds(standings: readonly Standing[]): SwitchoverIdentity {
  return Object.fromEntries(standings.map(({ name, runId }) => [`run id of ${name}`, runId]));
}
