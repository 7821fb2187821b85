import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from '../switchover/sessions.ts';

/** Often enough to know the gap to a few hundredths of a second, and no load. */
const BEAT_MS = 20;

/** One small commit after the other, on one session, until the first that fails: when the old primary took its last write. */
export type Pulse = { lastAtMs(): number; isBeating(): boolean; stop(): Promise<void> };

/** It leaves messages in the log of writes, which nobody reads without asking for them, and no row. */
const BEAT = `select pg_logical_emit_message(true, 'nightshift', 'switchover')`;

export function startPulse(ask: Ask): Pulse {
  const ending = new AbortController();
  let lastAtMs = performance.now();
  const beat = async () => {
    while (!ending.signal.aborted) {
      await ask(BEAT);
      lastAtMs = performance.now();
      await sleep(BEAT_MS);
    }
  };
  const over = () => ending.abort();
  const beating = beat().then(over, over);
  return {
    lastAtMs: () => lastAtMs,
    isBeating: () => !ending.signal.aborted,
    stop: async () => {
      over();
      await beating;
    },
  };
}
