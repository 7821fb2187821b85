import type { Answered } from '../core/question.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Streams } from './ports.ts';
import { plain, style, wrapped, type Style } from './style.ts';

export type Diagnosed = { stage: string; answered: readonly Answered[] };

/** The version of what `doctor --json` prints; it grows when a field goes or changes its meaning. */
const schemaVersion = 1;

/**
 * Prints one line an answer, a problem with its fix. Exit code 1 when there is a problem; 3 when there is none, but of a whole
 * part (slack, aws, target) nothing could be seen, since empty is not healthy; else 0.
 */
export function printDiagnosis({ stage, answered }: Diagnosed, json: boolean, streams: Streams): ExitCode {
  const problems = answered.filter(({ answer }) => 'problem' in answer).length;
  if (json)
    streams.out(`${JSON.stringify({ schemaVersion, stage, problems, answers: answered.map(flat) }, null, 2)}\n`);
  else streams.out(`${textLines({ stage, answered }, streams).join('\n')}\n`);
  if (problems > 0) return exitCodes.warning;
  return unseenParts(answered).length > 0 ? exitCodes.couldNotLook : exitCodes.ok;
}

/** Parts of which every question was skipped. */
function unseenParts(answered: readonly Answered[]): string[] {
  const parts = Map.groupBy(answered, ({ id }) => id.split('.', 1)[0] ?? id);
  return [...parts].flatMap(([part, answers]) => (answers.every(({ answer }) => 'skipped' in answer) ? [part] : []));
}

function flat({ id, title, answer }: Answered): object {
  if ('ok' in answer) return { id, title, status: 'ok', sentence: answer.ok };
  if ('problem' in answer) return { id, title, status: 'problem', sentence: answer.problem, fix: answer.fix };
  const fix = answer.fix === undefined ? {} : { fix: answer.fix };
  return { id, title, status: 'skipped', sentence: answer.skipped, ...fix };
}

function textLines({ stage, answered }: Diagnosed, { colour, width }: Streams): string[] {
  const paint = style(colour);
  const page = { width: Math.max(60, width), paint };
  const count = (status: 'ok' | 'problem' | 'skipped'): number =>
    answered.filter(({ answer }) => status in answer).length;
  const problems = count('problem');
  const worst = problems === 1 ? '1 problem' : `${problems} problems`;
  return [
    ...answered.flatMap((one) => answerLines(one, page)),
    '',
    `${paint.bold(`stage ${stage}`)}: ${count('ok')} ok, ${worst}, ${count('skipped')} skipped`,
    ...unseenParts(answered).map((part) => `Of ${part} nothing could be seen.`),
  ];
}

function answerLines({ id, title, answer }: Answered, { width, paint }: { width: number; paint: Style }): string[] {
  const [word, colour, sentence] =
    'ok' in answer
      ? (['ok', 'healthy', answer.ok] as const)
      : 'problem' in answer
        ? (['problem', 'critical', answer.problem] as const)
        : (['skipped', 'unknown', answer.skipped] as const);
  const lead = word.padEnd(9);
  const about = `${plain(id)}  ${plain(title)}: ${plain(sentence)}`;
  const [first = '', ...rest] = wrapped(about, width, { first: lead, rest: ' '.repeat(9) });
  const painted = `${paint.status(colour, lead)}${first.slice(lead.length)}`;
  return [painted, ...rest, ...('ok' in answer ? [] : fixLines(answer.fix))];
}

/** A fix is never wrapped: it is copied as a whole. */
function fixLines(fix: string | undefined): string[] {
  return fix === undefined ? [] : [`${' '.repeat(9)}fix: ${plain(fix)}`];
}
