import type { TargetSpec } from '../../targets/spec.ts';
import type { CanaryPen } from '../canary/pen.ts';
import type { RedisSession } from '../redis-session.ts';
import { writeKey } from './key.ts';

/** Where a client would write now, and the session with it; the signal cuts what is opened on the way. */
export type Found = { session: RedisSession; name: string };
export type Find = (signal: AbortSignal) => Promise<Found>;

/** Writes the key where `find` leads; a session that fails is closed, and the server found anew. */
export function redisPen(spec: TargetSpec, key: string, find: Find): CanaryPen {
  let held: Found | undefined;
  const drop = () => {
    void held?.session.close();
    held = undefined;
  };
  return {
    login: spec.members.find(({ role }) => role !== 'sentinel')?.credentials.canary?.user ?? 'default',
    write: async (signal) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', drop, { once: true });
      try {
        held ??= await find(signal);
        return await writeKey(held.session, key, held.name);
      } catch (thrown) {
        drop();
        throw thrown;
      } finally {
        signal.removeEventListener('abort', drop);
        // Whoever waited for it is gone.
        if (signal.aborted) drop();
      }
    },
    close: drop,
  };
}
