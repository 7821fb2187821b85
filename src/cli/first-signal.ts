import { exitCodes } from './exit-code.ts';

/** What comes within this time is the same signal. */
const ONE_SIGNAL_MS = 1_000;

/**
 * Resolves with the first signal that is to end this process; a second one ends it at once. A parent that is gone counts as one: the
 * launcher holds a channel to this process.
 */
export function firstSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstMs: number | undefined;
  const heard = (): void => {
    firstMs ??= Date.now();
    resolve();
    // A service manager and the launcher may both pass the same one on.
    if (Date.now() - firstMs > ONE_SIGNAL_MS) process.exit(exitCodes.couldNotLook);
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, heard);
  process.once('disconnect', resolve);
  process.channel?.unref();
  return promise;
}
