import { asFault } from '../../core/errors.ts';
import { createMask, MASKED } from '../../core/mask.ts';
import { skipped, type Answer, type Answered, type Question } from '../../core/question.ts';

/** `secrets`: every value that was resolved so far. */
export type Asking = { secrets: () => readonly string[]; timeoutMs: number };

/** A fleet of hundreds is not asked at one moment: the databases and the APIs have other callers. */
const AT_ONCE = 32;

/**
 * Asks the questions side by side, a few dozen at once, and answers in their order. One that throws or takes too long is
 * skipped with the reason, and holds up no other.
 */
export async function askAll(questions: readonly Question[], asking: Asking): Promise<Answered[]> {
  const waiting = [...questions.entries()];
  const answers: Answered[] = [];
  const askNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, question] = next;
      answers[index] = await answered(question, asking);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askNext));
  return answers;
}

async function answered(question: Question, { secrets, timeoutMs }: Asking): Promise<Answered> {
  const { id, title } = question;
  const answer = await inTime(question, question.patienceMs ?? timeoutMs).catch(couldNotAsk);
  return { id, title, answer: hidden(answer, secrets()) };
}

async function inTime(question: Question, timeoutMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(skipped(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([question.ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was seen may hold the texts of servers; a fix is our own words, and its SQL is to be typed as it stands. */
function hidden(answer: Answer, secrets: readonly string[]): Answer {
  const mask = createMask(secrets);
  const exact = (text: string): string =>
    secrets.filter(({ length }) => length > 3).reduce((left, secret) => left.replaceAll(secret, MASKED), text);
  if ('ok' in answer) return { ok: mask(answer.ok) };
  if ('problem' in answer) return { problem: mask(answer.problem), fix: exact(answer.fix) };
  return skipped(mask(answer.skipped), answer.fix === undefined ? undefined : exact(answer.fix));
}

function couldNotAsk(thrown: unknown): Answer {
  return skipped(`could not be asked: ${asFault(thrown).message}`);
}
