import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import { createPoster, type Poster } from '../slack/post.ts';
import { createUserGroups } from '../slack/user-groups.ts';
import { openState, type State } from '../state/index.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { createLog, type Log } from './logger.ts';
import { createRuns, type Runs } from './start-run.ts';
import { createPeople, type People } from './who-asks.ts';

/** What every function of the control room has: no database, no database credential. */
export type Control = Knowledge & {
  state: State;
  poster: Poster;
  runs: Runs;
  people: People;
  log: Log;
  mask: Mask;
  now(): number;
};

let control: Control | undefined;

/** Opened once for each process. Throws `invalid_request` when the config or the environment is wrong, with every problem. */
export function openControl(service: string): Control {
  if (control) return control;
  const known = knowledge();
  const { table, functionPrefix, region, slackBotToken, slackApiUrl, slackSigningSecrets } = known.environment;
  if (slackBotToken === undefined)
    throw new Fault('invalid_request', 'The environment variable SLACK_BOT_TOKEN is not set.');
  const mask = createMask([slackBotToken, ...slackSigningSecrets]);
  const log = createLog(service, mask);
  const now = Date.now;
  const state = openState({ tableName: table, ...(region === undefined ? {} : { region }) });
  const slack = { token: slackBotToken, ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }) };
  control = {
    ...known,
    state,
    poster: createPoster(slack),
    runs: createRuns(functionPrefix, region),
    people: createPeople(known.config, createUserGroups(slack), { kept: state.userGroups, now, log }),
    log,
    mask,
    now,
  };
  return control;
}
