import { readEnvironment, type Environment } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import { createSlackDoor, type SlackDoor } from '../slack/door.ts';
import type { DoorAnswers, DoorOptions } from '../slack/door-options.ts';
import { openControl, type Control } from './control.ts';
import { onButton, onCommand, onForm, onHome, type FrontDoorTools } from './front-door.ts';
import { createLog } from './logger.ts';
import { refreshPlan } from './run-messages.ts';
import { openPeople } from './open-people.ts';
import { openPoster } from './open-poster.ts';
import { knownSlackSecrets, slackBotToken, slackSigningSecrets } from './slack-secrets.ts';
import { createStarts, type Runs } from './start-run.ts';
import { createWake } from './wake-run.ts';

let door: SlackDoor | undefined;

/** The handler of everything that Slack sends. A config that cannot be read is answered in words, to signed requests only. */
export async function slackDoor(): Promise<SlackDoor> {
  if (door) return door;
  try {
    door = openDoor(openControl('slack', knownSlackSecrets));
    return door;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return doorWithoutConfig(thrown);
  }
}

function openDoor(control: Control): SlackDoor {
  const { functionPrefix, region } = control.environment;
  const runs = { ...createStarts(functionPrefix, region), wake: createWake(region) };
  return createSlackDoor({ ...connection(control.environment), ...doorAnswers(control, runs) });
}

/** What is done with each request of Slack, whichever way it comes. */
export function doorAnswers(control: Control, runs: Runs): DoorAnswers {
  const { config, state, now, log } = control;
  const { approvals, audit, callbacks, claims, history, outbox } = state;
  const people = openPeople(control);
  const tools: FrontDoorTools = {
    config,
    now,
    runs,
    whoAsks: people.atTheDoor,
    whoDecides: people.whoDecides,
    approvals,
    audit,
    callbacks,
    outbox,
    latestReport: (target) => history.latestReport(target),
    refreshPlan: async (runId) =>
      refreshPlan({ ...control, poster: await openPoster(), messages: state.messages }, runId),
  };
  return {
    claim: claims.claim,
    now,
    log: (line) => log(levelOf(line), 'slack', JSON.parse(JSON.stringify(line))),
    onCommand: (request) => onCommand(tools, request),
    onButton: (request) => onButton(tools, request),
    onForm: (request) => onForm(tools, request),
    onHome: (user) => onHome(tools, user),
  };
}

/** Not kept: the next request reads the config again. */
function doorWithoutConfig(fault: Fault): SlackDoor {
  const broken = async (): Promise<never> => {
    throw fault;
  };
  return createSlackDoor({
    ...connection(readEnvironment()),
    // Nothing is started without a config, so nothing can happen twice.
    claim: async () => true,
    now: Date.now,
    log: (line) => createLog('slack', createMask([]))(levelOf(line), 'slack', JSON.parse(JSON.stringify(line))),
    onCommand: broken,
    onButton: broken,
    onForm: broken,
  });
}

function levelOf(line: object): 'info' | 'warn' | 'error' {
  const level: unknown = 'level' in line ? line.level : undefined;
  return level === 'info' || level === 'error' ? level : 'warn';
}

/** `authorize` answers with fixed ids, so that no request asks Slack who the bot is. */
export function connection(environment: Environment): Pick<DoorOptions, 'signingSecrets' | 'authorize' | 'apiUrl'> {
  const { slackApiUrl } = environment;
  return {
    signingSecrets: slackSigningSecrets,
    authorize: async () => ({
      botToken: await slackBotToken(),
      botId: 'B0NIGHTSHIFT',
      botUserId: 'U0NIGHTSHIFT',
      teamId: '',
    }),
    ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }),
  };
}
