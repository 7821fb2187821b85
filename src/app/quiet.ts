import { openWindows } from '../config/windows.ts';
import type { TargetName } from '../core/operation.ts';
import type { KnownFinding } from '../core/past.ts';
import type { Quiet } from '../core/quiet.ts';
import type { State } from '../state/index.ts';
import type { Control } from './control.ts';

/** What keeps a target's findings out of a notification at an ISO time: mutes, open windows, and what our own runs did. */
export async function quietOf(
  { config, state }: Pick<Control, 'config'> & { state: Pick<State, 'mutes' | 'acts'> },
  { name, environment }: TargetName,
  at: string,
): Promise<Quiet> {
  const [mutes, acts] = await Promise.all([state.mutes.of(name), state.acts.recent(name, at)]);
  return { mutes, acts, windows: openWindows(config.windows, { name, environment }, Date.parse(at)) };
}

/** What the last report of a target found, told or held back. */
export async function lastFindings({ history }: Pick<State, 'history'>, target: string): Promise<KnownFinding[]> {
  const report = await history.latestReport(target);
  return [...(report?.findings ?? []), ...(report?.held ?? [])].map(({ key, severity }) => ({ key, severity }));
}
