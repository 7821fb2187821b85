import * as z from 'zod';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';

/**
 * How a run that waits for a person is woken. The id never leaves the server: whoever knows it could wake the run, though not
 * grant it anything, since the run reads the decision from the state table.
 */
export type Callbacks = {
  /** The newest one counts: a run waits in rounds. */
  keep(runId: string, callbackId: string): Promise<void>;
  of(runId: string): Promise<string | undefined>;
};

const keptDays = 2;
const stored = z.object({ callbackId: z.string() });

export function createCallbacks(table: StateTable): Callbacks {
  return {
    keep: (runId, callbackId) =>
      table.decide(keys.callback(runId), () => ({
        answer: undefined,
        write: { callbackId, ttl: expiresAfter(table.now, keptDays * 86_400) },
      })),
    of: async (runId) => {
      const item = await table.get(keys.callback(runId));
      return item === undefined ? undefined : stored.parse(item).callbackId;
    },
  };
}
