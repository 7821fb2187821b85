import { readEnvironment, type Environment } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createSlackDoor, type SlackDoor } from '../slack/door.ts';
import type { DoorAnswers, DoorOptions } from '../slack/door-options.ts';
import type { Behind } from './behind-the-door.ts';
import { onButton, onCommand, onForm, onHome, type FrontDoorTools } from './front-door.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { later } from '../core/later.ts';
import { logLater } from './log-later.ts';
import type { Log } from './logger.ts';
import { openPeople } from './open-people.ts';
import { runBook } from './run-book.ts';
import { slackBotToken, slackMask, slackSigningSecrets } from './slack-secrets.ts';

let door: SlackDoor | undefined;

/** The handler of everything that Slack sends. A config that cannot be read is answered in words, to signed requests only. */
export async function slackDoor(): Promise<SlackDoor> {
  if (door) return door;
  try {
    const known = await knowledge();
    let behind: Promise<Behind> | undefined;
    const open = async () => (behind ??= import('./behind-the-door.ts').then(({ openBehind }) => openBehind()));
    const { log, written } = logLater('slack', slackMask);
    door = writing(createSlackDoor({ ...connection(known.environment), ...doorAnswers(known, open, log) }), written);
    return door;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return doorWithoutConfig(thrown);
  }
}

/** Answers when what it has to say of itself is written. */
function writing(answer: SlackDoor, written: () => Promise<void>): SlackDoor {
  return async (event) => {
    const answered = await answer(event);
    await written();
    return answered;
  };
}

/**
 * What is done with each request of Slack, whichever way it comes. What lies behind the door is opened for the first request
 * that needs it: a verb that is answered from the config alone is answered without.
 */
export function doorAnswers({ config }: Knowledge, open: () => Promise<Behind>, log: Log): DoorAnswers {
  const state = <Name extends keyof Behind['control']['state']>(name: Name) =>
    later(async () => (await open()).control.state[name]);
  const now = Date.now;
  const people = openPeople({ config, now, log, state: { userGroups: state('userGroups') } });
  const history = state('history');
  const mutes = state('mutes');
  const tools: FrontDoorTools = {
    config,
    now,
    runs: later(async () => (await open()).runs),
    whoAsks: people.atTheDoor,
    whoDecides: people.whoDecides,
    approvals: state('approvals'),
    audit: state('audit'),
    callbacks: state('callbacks'),
    outbox: state('outbox'),
    latestReport: (target) => history.latestReport(target),
    mutesInForce: (targets) => mutes.inForce(targets),
    book: runBook({
      config,
      now,
      runs: state('runs'),
      approvals: state('approvals'),
      audit: state('audit'),
      callbacks: state('callbacks'),
      copies: state('copies'),
      incidents: state('incidents'),
      notes: state('notes'),
      stir: async (runId, callback) => stir(await open(), runId, callback),
    }),
    refreshPlan: async (runId) => refreshPlan(await open(), runId),
  };
  const claims = state('claims');
  return {
    claim: (key, seconds) => claims.claim(key, seconds),
    now,
    log: (line) => log(levelOf(line), 'slack', JSON.parse(JSON.stringify(line))),
    onCommand: (request, first) => onCommand(tools, request, first),
    onButton: (request) => onButton(tools, request),
    onForm: (request) => onForm(tools, request),
    onHome: (user) => onHome(tools, user),
  };
}

async function stir(behind: Behind, runId: string, callbackId: string | undefined): Promise<void> {
  if (callbackId !== undefined) await behind.runs.wake(callbackId);
  await refreshPlan(behind, runId);
}

async function refreshPlan({ control }: Behind, runId: string): Promise<void> {
  const [messages, { openPoster }] = await Promise.all([import('./run-messages.ts'), import('./open-poster.ts')]);
  await messages.refreshPlan({ ...control, poster: await openPoster(), messages: control.state.messages }, runId);
}

/** Not kept: the next request reads the config again. */
function doorWithoutConfig(fault: Fault): SlackDoor {
  const broken = async (): Promise<never> => {
    throw fault;
  };
  const { log, written } = logLater('slack', slackMask);
  const withoutConfig = createSlackDoor({
    ...connection(readEnvironment()),
    // Nothing is started without a config, so nothing can happen twice.
    claim: async () => true,
    now: Date.now,
    log: (line) => log(levelOf(line), 'slack', JSON.parse(JSON.stringify(line))),
    onCommand: broken,
    onButton: broken,
    onForm: broken,
  });
  return writing(withoutConfig, written);
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
