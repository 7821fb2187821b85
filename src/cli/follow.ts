import { followWal } from '../app/follow-wal.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { firstSignal } from './first-signal.ts';

type Say = (sentence: string) => void;

/** Follows the write-ahead log until a signal, which ends it in order with exit code 0; a second one ends it at once. */
export async function follow(target: string, say: Say): Promise<ExitCode> {
  const stop = new AbortController();
  const stopping = async (): Promise<void> => {
    await firstSignal();
    say('stopping');
    stop.abort();
  };
  void stopping();
  await followWal(target, say, stop.signal);
  say('stopped');
  return exitCodes.ok;
}
