import { Fault } from '../../../core/errors.ts';
import { holdSession, type HeldSession, type Place } from '../switchover/sessions.ts';

/** One statement of ours is small; a server that is being stopped may hold it for a moment. */
const STATEMENT_SECONDS = 5;

/** A server that is stopped and started anew meanwhile. */
export type Reach = {
  member: string;
  /** Asked on a session that is opened again where it was cut; undefined where the server does not answer now. */
  ask<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[] | undefined>;
  close(): Promise<void>;
};

/** Nothing is opened yet. `ask` throws a Fault `permission_denied` where the server does not let the acting role in. */
export function reach(place: Place, member: string): Reach {
  let session: HeldSession | undefined;
  const close = async () => {
    const open = session;
    session = undefined;
    await open?.close();
  };
  return {
    member,
    ask: async <Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]) => {
      try {
        session ??= await holdSession(place, member, STATEMENT_SECONDS);
        return await session.ask<Row>(sql, values);
      } catch (thrown) {
        await close();
        if (thrown instanceof Fault && thrown.code === 'permission_denied') throw thrown;
        return undefined;
      }
    },
    close,
  };
}
