import { createMask, type Mask } from '../core/mask.ts';
import { openState, type State } from '../state/index.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { createLog, type Log } from './logger.ts';

/** What every function of the control room has: no database, no database credential. */
export type Control = Knowledge & {
  state: State;
  log: Log;
  mask: Mask;
  now(): number;
};

let control: Control | undefined;

/**
 * Opened once for each process. `secrets` are the secrets that the function has resolved so far, for the mask. Throws
 * `invalid_request` when the config or the environment is wrong, with every problem.
 */
export function openControl(service: string, secrets: () => readonly string[] = () => []): Control {
  if (control) return control;
  const known = knowledge();
  const { table, region } = known.environment;
  const state = openState({ tableName: table, ...(region === undefined ? {} : { region }) });
  control = controlWith(service, known, state, secrets);
  return control;
}

/** The control room on a state that is open already. */
export function controlWith(
  service: string,
  known: Knowledge,
  state: State,
  secrets: () => readonly string[],
): Control {
  // Made anew for each value: a secret is known only once it was resolved.
  const mask = ((value: string) => createMask(secrets())(value)) as Mask;
  return { ...known, state, log: createLog(service, mask), mask, now: Date.now };
}
