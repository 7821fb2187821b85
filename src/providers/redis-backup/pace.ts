import { setTimeout as sleep } from 'node:timers/promises';
import type { RdbTaker } from './payload.ts';

/** The same taker, which lets through so many bytes a second at most. */
export function paced(taker: RdbTaker, maxRateBytes: number | undefined): RdbTaker {
  if (maxRateBytes === undefined) return taker;
  let bytes = 0;
  let begunMs: number | undefined;
  return {
    write(piece) {
      begunMs ??= Date.now();
      bytes += piece.length;
      const aheadMs = (bytes / maxRateBytes) * 1000 - (Date.now() - begunMs);
      const written = taker.write(piece);
      if (aheadMs < 1) return written;
      return Promise.all([written, sleep(aheadMs)]).then(() => undefined);
    },
  };
}
