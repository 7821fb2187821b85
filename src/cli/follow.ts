import { followWal } from '../app/follow-wal.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { firstSignal } from './first-signal.ts';

type Say = (sentence: string) => void;

/** Follows the write-ahead log until a signal, which ends it in order with exit code 0; a second one ends it at once. */
export async function follow(target: string, say: Say): Promise<ExitCode> {
  const stop = new AbortController();
  void firstSignal().then(() => {
    say('stopping');
    stop.abort();
  });
  await followWal(target, say, stop.signal);
  say('stopped');
  return exitCodes.ok;
}
