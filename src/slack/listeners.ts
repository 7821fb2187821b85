import { Fault } from '../core/errors.ts';
import { later } from '../core/later.ts';
import { sorry } from './apology.ts';
import type { SlackAccess } from './client-options.ts';
import type { CommandAck, FormAck, Listeners } from './bolt.ts';
import type { DoorAnswers } from './door-options.ts';
import { errorsByBlock, readForm, type FormRequest } from './form.ts';
import { inTime } from './in-time.ts';
import type { Poster } from './post.ts';
import { readButtonClick, readCommandRequest, readHomeOpened, readSubmission } from './requests.ts';
import { createSeenRequests, type SeenRequests } from './seen-requests.ts';
import { noticeView, say, sentence, speak, type Origin, type Spoken } from './spoken.ts';

const CLAIM_SECONDS = 3_600;
const ANSWER_WITHIN_MS = 2_200;
/** What is left of the 3 s for saying that it takes longer. */
const SAY_WITHIN_MS = 500;
const stillWorking = sentence('Still working on it. The answer follows here.');

/** What the door does with each kind of request, once it is verified. */
export function listenersOf(options: DoorAnswers): Listeners {
  const posterOf = posters(options.apiUrl);
  const commands = createSeenRequests(CLAIM_SECONDS);
  return {
    command: (body, token) => onCommand(options, commands, posterOf(token), body),
    button: (body, token) => onButton(options, posterOf(token), body),
    form: (body, token) => onForm(options, posterOf(token), body),
    home: (body, token) => onHome(options, posterOf(token), body),
  };
}

/** One client for as long as the token stays the same. */
function posters(apiUrl: string | undefined): (token: string) => Poster {
  let last: { token: string; poster: Poster } | undefined;
  return (token) => {
    if (last?.token !== token) {
      last = { token, poster: posterWhenAsked({ token, ...(apiUrl === undefined ? {} : { apiUrl }) }) };
    }
    return last.poster;
  };
}

/** Loaded when something is posted: the answer to a command is not. */
function posterWhenAsked(access: SlackAccess): Poster {
  let opened: Promise<Poster> | undefined;
  return later(() => (opened ??= import('./post.ts').then(({ createPoster }) => createPoster(access))));
}

async function onCommand(
  options: DoorAnswers,
  commands: SeenRequests,
  poster: Poster,
  body: unknown,
): Promise<CommandAck> {
  const request = readCommandRequest(body);
  if (!request) throw new Fault('invalid_request', 'The command lacks fields that Slack always sends.');
  const command = options.command ?? '/db';
  // What is delivered to this process again was answered; to another one, whatever has an effect finds out by its claim.
  if (!commands.first(request.claimKey, options.now())) return undefined;
  const claim = () => options.claim(request.claimKey, CLAIM_SECONDS);
  const work = orSorry(options, async () => {
    if (request.command !== command) return sentence(`I do not know ${request.command}; I answer to ${command}.`);
    return speak(await options.onCommand(request, claim), request, poster);
  });
  const first = await inTime(work, options.answerWithinMs ?? ANSWER_WITHIN_MS);
  if ('value' in first) return ackOf(first.value);
  void first.late.then((spoken) => sayLogged(options, poster, spoken, request));
  return ackOf(stillWorking);
}

function ackOf(spoken: Spoken | undefined): CommandAck {
  if (!spoken) return undefined;
  const { text, blocks } = spoken.message;
  return { response_type: spoken.audience, text, blocks: [...blocks] };
}

async function onButton(options: DoorAnswers, poster: Poster, body: unknown): Promise<void> {
  const click = readButtonClick(body);
  if (!click) throw new Fault('invalid_request', 'The click lacks fields that Slack always sends.');
  const work = orSorry(options, async () => {
    if (!(await options.claim(click.claimKey, CLAIM_SECONDS))) return undefined;
    const { value } = click;
    if (value === undefined)
      return sentence('I do not know this button; it may be from another version. Type the command.');
    return speak(await options.onButton({ ...click, value }), click, poster);
  }).then((spoken) => sayLogged(options, poster, spoken, click));
  await sayingSo(options, poster, work, click);
}

async function onForm(options: DoorAnswers, poster: Poster, body: unknown): Promise<FormAck> {
  const submission = readSubmission(body);
  const form = submission && readForm(submission);
  if (!form)
    return { response_action: 'update', view: noticeView('I do not know this form. Type the command instead.') };
  if ('errors' in form) return { response_action: 'errors', errors: errorsByBlock(form.errors) };
  const work = formWork(options, poster, form);
  return (await sayingSo(options, poster, work, form)) ?? undefined;
}

async function formWork(options: DoorAnswers, poster: Poster, form: FormRequest): Promise<FormAck> {
  try {
    if (!(await options.claim(form.claimKey, CLAIM_SECONDS))) return undefined;
    const answer = await options.onForm(form);
    if ('errors' in answer) return { response_action: 'errors', errors: errorsByBlock(answer.errors) };
    await sayLogged(options, poster, await speak(answer, form, poster), form);
    return undefined;
  } catch (thrown) {
    return { response_action: 'update', view: noticeView(sorry(thrown, options.log)) };
  }
}

async function onHome(options: DoorAnswers, poster: Poster, body: unknown): Promise<void> {
  const opened = readHomeOpened(body);
  if (!opened) return;
  const work = async (): Promise<void> => {
    if (!options.onHome || !(await options.claim(opened.claimKey, CLAIM_SECONDS))) return;
    const sent = await poster.publishHome(opened.user, await options.onHome(opened.user));
    if (!('ok' in sent)) options.log({ level: 'warn', message: 'the Home tab was not published', ...sent });
  };
  await inTime(
    work().catch((thrown: unknown) => void sorry(thrown, options.log)),
    options.answerWithinMs ?? ANSWER_WITHIN_MS,
  );
}

async function orSorry(options: DoorAnswers, work: () => Promise<Spoken | undefined>): Promise<Spoken | undefined> {
  try {
    return await work();
  } catch (thrown) {
    return sentence(sorry(thrown, options.log));
  }
}

/** Waits for work that speaks for itself; when it is late, says so first. */
async function sayingSo<T>(
  options: DoorAnswers,
  poster: Poster,
  work: Promise<T>,
  origin: Origin,
): Promise<T | undefined> {
  const first = await inTime(work, options.answerWithinMs ?? ANSWER_WITHIN_MS);
  if ('value' in first) return first.value;
  await inTime(sayLogged(options, poster, stillWorking, origin), SAY_WITHIN_MS);
  return undefined;
}

async function sayLogged(
  options: DoorAnswers,
  poster: Poster,
  spoken: Spoken | undefined,
  origin: Origin,
): Promise<void> {
  if (!spoken) return;
  const { said } = await say(spoken, origin, { poster });
  if (!said) options.log({ level: 'error', message: 'an answer could not be delivered', user: origin.user });
}
