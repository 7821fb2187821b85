import { bytesText } from '../../core/amount.ts';

/** Shows on a terminal how far a reading is. `end` wipes it away. */
export type ProgressBar = { bytes(count: number): void; end(): void };

const DRAW_MS = 100;
const BAR = 24;

/**
 * `totalBytes` of 0: nobody knows how much there is, so only what was read is shown. Without `columns` stderr is no terminal and
 * nothing is drawn.
 */
export function startProgressBar(
  totalBytes: number,
  { err, errColumns }: { err(text: string): void; errColumns?: number },
): ProgressBar {
  const startMs = performance.now();
  let readBytes = 0;
  let drawnMs = startMs;
  let isDrawn = false;
  const draw = (nowMs: number): void => {
    drawnMs = nowMs;
    isDrawn = true;
    const line = progressText(readBytes, totalBytes, (nowMs - startMs) / 1_000);
    err(`\r${line.slice(0, (errColumns ?? 0) - 1)}\u001B[K`);
  };
  return {
    bytes(count) {
      readBytes += count;
      const nowMs = performance.now();
      if (errColumns !== undefined && nowMs - drawnMs >= DRAW_MS) draw(nowMs);
    },
    end() {
      if (isDrawn) err('\r\u001B[K');
    },
  };
}

/** Pure: `███████▌················  31 %  1.2 GB of 3.9 GB  214 MB/s  13 s left`. */
export function progressText(readBytes: number, totalBytes: number, seconds: number): string {
  const perSecond = seconds > 0 ? readBytes / seconds : 0;
  const speed = `${bytesText(perSecond)}/s`;
  if (totalBytes === 0) return `reading  ${bytesText(readBytes)}  ${speed}`;
  const share = Math.min(1, readBytes / totalBytes);
  const full = Math.floor(share * BAR);
  const left = perSecond > 0 ? `${Math.ceil((totalBytes - readBytes) / perSecond)} s left` : '';
  const bar = `${'█'.repeat(full)}${'·'.repeat(BAR - full)}`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${bytesText(readBytes)} of ${bytesText(totalBytes)}  ${speed}  ${left}`.trimEnd();
}
