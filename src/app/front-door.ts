import { whyNoGroup, type Asking } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import { problemsInWords, readArguments } from '../core/arguments.ts';
import { shortRun } from '../core/run.ts';
import type { AuditEntry } from '../core/safety.ts';
import type { Mute } from '../core/quiet.ts';
import type { Report } from '../core/report.ts';
import { fleet } from '../operations/fleet.ts';
import { catalogue } from '../operations/catalogue.ts';
import { commandText, parseCommand, type ParsedCommand } from '../slack/command.ts';
import type { DoorAnswer } from '../slack/door.ts';
import type { FormRequest } from '../slack/form.ts';
import { renderHome } from '../slack/home.ts';
import type { ButtonRequest, CommandRequest } from '../slack/requests.ts';
import { answerNow } from './answer.ts';
import { environmentsIn, environmentsOf, everyEnvironment, whoCanSee, whyNotAsk, type Refused } from './asking.ts';
import { decide, type DecisionTools } from './decide.ts';
import { findEntry } from './catalogue.ts';
import { startOrKeep, type StartTools } from './start-or-keep.ts';
import type { RunBook } from './run-book.ts';
import type { Runs } from './start-run.ts';
import type { WhoAsks } from './who-asks.ts';

export type FrontDoorTools = DecisionTools &
  StartTools & {
    config: Config;
    now(): number;
    runs: Runs;
    whoAsks: WhoAsks;
    latestReport(target: string): Promise<Report | undefined>;
    mutesInForce(targets: readonly string[]): Promise<readonly Mute[]>;
    book: RunBook;
  };

/** What a person asked for, whichever way: typed, clicked or filled in. */
type Asked = {
  user: string;
  channel: string;
  kind: 'command' | 'button';
  operation: string;
  subject: string;
  args: Readonly<Record<string, string>>;
  claimKey: string;
  first: First;
};

/** Claims what a person did: true for one delivery of it. */
type First = () => Promise<boolean>;

/** A click and a form are claimed before they come here. */
const claimed: First = async () => true;

/** `/db …`: answers at once, opens a form, or starts a run; every "no" says why and who can. */
export async function onCommand(
  tools: FrontDoorTools,
  request: CommandRequest,
  first: First = claimed,
): Promise<DoorAnswer> {
  const asking = await whoSees(tools, request);
  const seen = environmentsOf(tools.config, asking);
  if (seen.length === 0) return refuse(tools, request.user, request.claimKey, '', strangers(tools.config, asking));
  const parsed = understood(tools.config, seen, request.text);
  if ('problem' in parsed) {
    const words = withSuggestions(parsed.problem, parsed.suggestions);
    return { reply: [words, unknownHere(tools.config, asking)].filter(Boolean).join(' ') };
  }
  if ('missing' in parsed) return { openForm: parsed.missing };
  const { user, channel, claimKey } = request;
  return carryOut(tools, { user, channel, kind: 'command', claimKey, first, ...parsed });
}

/** The person with the groups that decide what they see; none is asked where the command names what they see by name. */
async function whoSees({ config, whoAsks }: FrontDoorTools, { user, text }: CommandRequest): Promise<Asking> {
  const own = environmentsOf(config, { user });
  const parsed = understood(config, everyEnvironment(config), text);
  const touched = 'operation' in parsed ? environmentsIn(config, parsed.subject) : everyEnvironment(config);
  const suffices = own.length > 0 && touched.every((environment) => own.includes(environment));
  return suffices ? { user } : whoAsks(user, 'viewer', everyEnvironment(config));
}

/** What was typed, in the words of somebody who sees these environments. */
function understood(config: Config, environments: readonly string[], text: string): ParsedCommand {
  const targets = config.targets.filter((target) => environments.includes(target.environment));
  return parseCommand(text, { operations: catalogue, targets, environments });
}

/** A click on one of our buttons: an operation, or a yes or no to a plan. */
export async function onButton(tools: FrontDoorTools, request: ButtonRequest): Promise<DoorAnswer> {
  const { value, user } = request;
  if ('k' in value) return { reply: await decide(tools, user, value, request.claimKey) };
  return onCommand(tools, {
    command: '/db',
    user,
    channel: request.channel,
    text: commandText([value.o, value.t, ...value.a]),
    triggerId: request.triggerId,
    responseUrl: request.responseUrl,
    claimKey: request.claimKey,
  });
}

/** A submitted form is the command that it stands for. */
export async function onForm(tools: FrontDoorTools, request: FormRequest): Promise<DoorAnswer> {
  const { user, channel, operation, subject, args, claimKey } = request;
  return carryOut(tools, { user, channel, kind: 'command', operation, subject, args, claimKey, first: claimed });
}

/** The Home tab: the fleet as this person may see it. */
export async function onHome(tools: FrontDoorTools, user: string): Promise<ReturnType<typeof renderHome>> {
  return renderHome(await answerNow(tools, fleet, user, {}));
}

async function carryOut(tools: FrontDoorTools, asked: Asked): Promise<DoorAnswer> {
  const entry = findEntry(asked.operation);
  if (!entry) return { reply: `There is no verb ${asked.operation}.` };
  const operation = await entry.load();
  if (operation.kind === 'answer') return { reply: await answerNow(tools, operation, asked.user, asked.args) };
  const environments = environmentsIn(tools.config, asked.subject);
  const asking = await tools.whoAsks(asked.user, operation.role, environments);
  const refused = whyNotAsk(tools.config, asking, operation, asked.subject);
  if (refused) return refuse(tools, asked.user, asked.claimKey, `${operation.id} ${asked.subject}`, refused);
  const read = readArguments(operation.args, asked.args);
  if ('problems' in read) return { reply: problemsInWords(read.problems).join('\n') };
  if (!(await asked.first())) return { nothing: true };
  const { user, channel, kind, subject, args, claimKey } = asked;
  const trigger = { kind, user, channel } as const;
  const request = { operation: operation.id, subject, args, trigger };
  const { runId, started } = await startOrKeep(tools, request, claimKey);
  const run = `${operation.id} ${subject}, run ${shortRun(runId)}`;
  if (started) return { reply: `On it: ${run}. The answer comes in the channel of its environment.` };
  return {
    reply: `Not started yet: ${run}. AWS does not take it at the moment. It is noted and tried every minute for a quarter of an hour; the answer comes in the channel of its environment. No need to type it again.`,
  };
}

async function refuse(
  tools: FrontDoorTools,
  user: string,
  claimKey: string,
  what: string,
  { refused, who }: Refused,
): Promise<DoorAnswer> {
  const at = new Date(tools.now()).toISOString();
  const about = { runId: 'none', operation: what.split(' ', 1)[0] ?? '', subject: what.split(' ')[1] ?? '' };
  const entry: AuditEntry = {
    id: `refused:${claimKey}`,
    at,
    who: user,
    what: 'refused',
    ...about,
    detail: { refused },
  };
  await tools.audit.record(entry);
  return { reply: who ? `${refused} Who can: ${who}.` : refused };
}

function strangers(config: Config, asking: Asking): Refused {
  const none = 'You have no role here, so Nightshift shows and does nothing for you.';
  return { refused: [none, unknownHere(config, asking)].filter(Boolean).join(' '), who: whoCanSee(config) };
}

/** Why a person may see less than they should, or undefined. */
function unknownHere(config: Config, asking: Asking): string | undefined {
  return whyNoGroup(config, asking, 'viewer', everyEnvironment(config));
}

function withSuggestions(problem: string, suggestions: readonly string[]): string {
  return suggestions.length > 0
    ? `${problem} Did you mean ${suggestions.map((one) => `/db ${one}`).join(' or ')}?`
    : problem;
}
