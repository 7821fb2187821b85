import { asFault } from '../../core/errors.ts';
import type { FaultCode } from '../../core/errors.ts';

/** `unknown`: no answer came, so it may have been done or not. */
export type Attempt<R> = { done: R } | { refused: string } | { unknown: string };

/** After these the server has answered, and has not done it. */
const ANSWERED: ReadonlySet<FaultCode> = new Set(['bug', 'permission_denied', 'unsupported', 'invalid_request']);

/** One command whose error is an answer; silence and a lost connection are something else. */
export async function attempt<R>(ask: () => Promise<R>): Promise<Attempt<R>> {
  try {
    return { done: await ask() };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    return ANSWERED.has(code) ? { refused: message } : { unknown: message };
  }
}

/** What an attempt gave, or undefined when it gave nothing. */
export function given<R>(tried: Attempt<R>): R | undefined {
  return 'done' in tried ? tried.done : undefined;
}
