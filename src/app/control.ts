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

/** The secrets that were resolved so far, for the mask. */
export type KnownSecrets = () => readonly string[];

let control: Control | undefined;

/** Opened once for each process. Throws `invalid_request` when the config or the environment is wrong, with every problem. */
export async function openControl(service: string, secrets: KnownSecrets = () => []): Promise<Control> {
  if (control) return control;
  const known = await knowledge();
  const { table, region } = known.environment;
  const state = openState({ tableName: table, ...(region === undefined ? {} : { region }) });
  control = controlWith(service, known, state, secrets);
  return control;
}

/** The control room on a state that is open. */
export function controlWith(service: string, known: Knowledge, state: State, secrets: KnownSecrets): Control {
  // Made anew for each value: a secret is known only once it was resolved.
  const mask = ((value: string) => createMask(secrets())(value)) as Mask;
  return { ...known, state, log: createLog(service, mask), mask, now: Date.now };
}
