import type { RestoreListener } from '../app/restore/restore.ts';
import type { Streams } from './ports.ts';

const BAR_WIDTH = 30;

/** A bar on a terminal; elsewhere a line for every tenth. */
export function restoreProgress({
  err,
  errColumns,
}: Pick<Streams, 'err' | 'errColumns'>): RestoreListener & { stop(): void } {
  const isTerminal = errColumns !== undefined;
  let shown = -1;
  let isOpen = false;
  const close = () => {
    if (isOpen) err('\n');
    isOpen = false;
  };
  return {
    step(sentence) {
      close();
      err(`… ${sentence}\n`);
    },
    bytes(doneBytes, totalBytes) {
      const part = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
      const step = Math.floor(part * (isTerminal ? 100 : 10));
      if (step === shown) return;
      shown = step;
      const size = `${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB`;
      const filled = Math.round(part * BAR_WIDTH);
      if (isTerminal) err(`\r${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${size}`);
      else err(`  ${Math.round(part * 100)} %, ${size}\n`);
      isOpen = isTerminal;
    },
    stop: close,
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
