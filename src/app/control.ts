import { createMask, type Mask } from '../core/mask.ts';
import { openState, type State } from '../state/index.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { createLog, type Log } from './logger.ts';
import { knownSlackSecrets } from './slack-secrets.ts';
import { createStarts, type StartRuns } from './start-run.ts';

/** What every function of the control room has: no database, no database credential. */
export type Control = Knowledge & {
  state: State;
  runs: StartRuns;
  log: Log;
  mask: Mask;
  now(): number;
};

let control: Control | undefined;

/** Made anew for each value: a secret is known only once it was resolved. */
const mask = ((value: string) => createMask(knownSlackSecrets())(value)) as Mask;

/** Opened once for each process. Throws `invalid_request` when the config or the environment is wrong, with every problem. */
export function openControl(service: string): Control {
  if (control) return control;
  const known = knowledge();
  const { table, functionPrefix, region } = known.environment;
  control = {
    ...known,
    state: openState({ tableName: table, ...(region === undefined ? {} : { region }) }),
    runs: createStarts(functionPrefix, region),
    log: createLog(service, mask),
    mask,
    now: Date.now,
  };
  return control;
}
