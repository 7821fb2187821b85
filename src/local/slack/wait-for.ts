import { Fault } from '../../core/errors.ts';
import type { Change } from './changes.ts';
import type { SlackMessage, SlackView } from './message.ts';
import type { Workspace } from './workspace.ts';

export type Waits = {
  /** The first message, present or to come, that is as wanted; a Fault when the stand-in stops first or the time is over. */
  waitFor(wanted: (message: SlackMessage) => boolean, timeoutMs?: number): Promise<SlackMessage>;
  /** The modal that this person sees, as soon as one is as wanted. */
  waitForView(user: string, wanted?: (view: SlackView) => boolean, timeoutMs?: number): Promise<SlackView>;
};

export function createWaits(workspace: Workspace): Waits {
  return {
    waitFor: async (wanted, timeoutMs) =>
      workspace.messages.list().find(wanted) ??
      nextChange(workspace, timeoutMs, (change) =>
        change.kind === 'message' && wanted(change.message) ? change.message : undefined,
      ),
    waitForView: async (user, wanted = () => true, timeoutMs) => {
      const open = workspace.views.top(user);
      if (open && wanted(open)) return open;
      return nextChange(workspace, timeoutMs, (change) =>
        change.kind === 'view' && change.user === user && change.view && wanted(change.view) ? change.view : undefined,
      );
    },
  };
}

function nextChange<T>(
  { changes, stopping }: Workspace,
  timeoutMs: number | undefined,
  pick: (change: Change) => T | undefined,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const end = changes.subscribe((change) => {
    const picked = pick(change);
    if (picked !== undefined) resolve(picked);
  });
  const stop = (): void => reject(new Fault('conflict', 'the local Slack was stopped'));
  stopping.addEventListener('abort', stop, { once: true });
  const giveUp = (): void => reject(new Fault('timed_out', `nothing came within ${timeoutMs} ms`));
  const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
  return promise.finally(() => {
    end();
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  });
}
