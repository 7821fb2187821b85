import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresMember } from '../../../targets/postgres.ts';
import { askStandby, type StandbyState } from './ask-standby.ts';

const READS = 3;
const BETWEEN_READS_MS = 100;

/** What a standby says, asked several times: what the kernel still holds of a stream that has ended arrives within moments. */
export async function settledState({
  query,
}: Pick<PostgresMember, 'query'>): Promise<{ state: StandbyState; settled: boolean }> {
  const first = await askStandby(query);
  let settled = true;
  let state = first;
  for (let n = 1; n < READS; n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await sleep(BETWEEN_READS_MS);
    // oxlint-disable-next-line no-await-in-loop -- the same
    state = await askStandby(query);
    settled &&= state.received === first.received;
  }
  return { state, settled };
}
