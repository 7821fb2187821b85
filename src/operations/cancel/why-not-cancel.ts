import { durationText } from '../../checks/wording.ts';
import type { Session } from '../end/session.ts';
import { whyNotSignal } from '../end/why-not.ts';

/** Pure: why there is nothing to cancel here, or why it must not be, or undefined. `seen` is the start of the statement. */
export function whyNotCancel(
  pid: number,
  session: Session | null,
  seen: string | undefined,
  target: string,
): string | undefined {
  const reason = whyNotSignal('cancel', pid, session, target);
  if (reason !== undefined || !session) return reason ?? `there is no session with pid ${pid} on ${target}`;
  const { state, stateSeconds, queryStartMicros } = session;
  if (state !== 'active' || queryStartMicros === null) {
    const since = `${state} for ${durationText(stateSeconds)}`;
    const advice = state.startsWith('idle in transaction') ? `; /db end ${target} ${pid} ends its transaction` : '';
    return `pid ${pid} runs no statement now (${since}): there is nothing to cancel${advice}`;
  }
  if (seen === undefined || seen === queryStartMicros) return undefined;
  return `pid ${pid} does not run the statement any more that was seen; look again with /db sessions ${target}`;
}
