import { readEnvironment, type Environment } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import { createSlackDoor, type SlackDoor } from '../slack/door.ts';
import type { DoorAnswers, DoorOptions } from '../slack/door-options.ts';
import { openControl, type Control } from './control.ts';
import { onButton, onCommand, onForm, onHome, type FrontDoorTools } from './front-door.ts';
import { createLog } from './logger.ts';
import { refreshPlan } from './run-messages.ts';

let door: SlackDoor | undefined;

/** The handler of everything that Slack sends. A config that cannot be read is answered in words, to signed requests only. */
export async function slackDoor(): Promise<SlackDoor> {
  if (door) return door;
  try {
    door = openDoor(openControl('slack'));
    return door;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return doorWithoutConfig(thrown);
  }
}

function openDoor(control: Control): SlackDoor {
  return createSlackDoor({ ...connection(control.environment), ...doorAnswers(control) });
}

/** What is done with each request of Slack, whichever way it comes. */
export function doorAnswers(control: Control): DoorAnswers {
  const { config, state, runs, now, log } = control;
  const { approvals, audit, callbacks, claims, history } = state;
  const messages = { ...control, messages: state.messages };
  const tools: FrontDoorTools = {
    config,
    now,
    runs,
    approvals,
    audit,
    callbacks,
    latestReport: (target) => history.latestReport(target),
    refreshPlan: (runId) => refreshPlan(messages, runId),
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

/** `authorize` answers from the environment, so that no request asks Slack who the bot is. */
export function connection(environment: Environment): Pick<DoorOptions, 'signingSecrets' | 'authorize' | 'apiUrl'> {
  const { slackSigningSecrets, slackBotToken = '', slackApiUrl } = environment;
  return {
    signingSecrets: slackSigningSecrets,
    authorize: async () => ({ botToken: slackBotToken, botId: 'B0NIGHTSHIFT', botUserId: 'U0NIGHTSHIFT', teamId: '' }),
    ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }),
  };
}
