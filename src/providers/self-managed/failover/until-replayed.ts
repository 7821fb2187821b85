import { setTimeout as sleep } from 'node:timers/promises';
import { bytesText } from '../../../checks/wording.ts';
import type { Ask } from '../switchover/sessions.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import { askStandby } from './ask-standby.ts';

/** What takes longer is asked for again: it is not lost, and no client is let go meanwhile. */
const PATIENCE_MS = 15_000;

/** Waits until all that can be replayed is; the last record may have come in half. A sentence where it takes too long. */
export async function untilReplayed(ask: Ask, patienceMs = PATIENCE_MS): Promise<string | undefined> {
  for (const untilMs = performance.now() + patienceMs; ;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const { received, replayed, waits, paused } = await askStandby(ask);
    const left = received !== null && replayed !== null ? bytesBetween(replayed, received) : null;
    if (waits || (left !== null && left <= 0)) return undefined;
    if (paused) return 'has stopped replaying: its replay is paused.';
    if (performance.now() > untilMs)
      return `has ${left === null ? 'something' : bytesText(left)} to replay still: ask again when it is through.`;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(100);
  }
}
