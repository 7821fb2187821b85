import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import { createPoster, type Poster } from '../slack/post.ts';
import { openState, type State } from '../state/index.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { createLog, type Log } from './logger.ts';
import { createRuns, type Runs } from './start-run.ts';

/** What every function of the control room has: no database, no database credential. */
export type Control = Knowledge & {
  state: State;
  poster: Poster;
  runs: Runs;
  log: Log;
  mask: Mask;
  now(): number;
};

let control: Control | undefined;

/** Opened once for each process. Throws `invalid_request` when the config or the environment is wrong, with every problem. */
export function openControl(service: string): Control {
  if (control) return control;
  const known = knowledge();
  const { table, functionPrefix, region } = known.environment;
  const state = openState({ tableName: table, ...(region === undefined ? {} : { region }) });
  control = controlWith(service, known, { state, runs: createRuns(functionPrefix, region) });
  return control;
}

/** The control room on a state that is open, with runs of somebody's making. */
export function controlWith(service: string, known: Knowledge, { state, runs }: { state: State; runs: Runs }): Control {
  const { slackBotToken, slackAppToken, slackApiUrl, slackSigningSecrets, alarmToken } = known.environment;
  if (slackBotToken === undefined)
    throw new Fault('invalid_request', 'The environment variable SLACK_BOT_TOKEN is not set.');
  const mask = createMask([slackBotToken, ...slackSigningSecrets, slackAppToken, alarmToken].filter(isSet));
  return {
    ...known,
    state,
    poster: createPoster({ token: slackBotToken, ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }) }),
    runs,
    log: createLog(service, mask),
    mask,
    now: Date.now,
  };
}

function isSet(secret: string | undefined): secret is string {
  return secret !== undefined;
}
