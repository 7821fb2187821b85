import type { ArgumentField, OperationSummary } from '../core/operation.ts';
import type { Word } from './words.ts';

export type ReadArguments = { args: Record<string, string> } | { problem: string };

/**
 * The words after the subject as strings by field name: `name=value`, `name:value`, `--name value` and `name value` by name,
 * the others in the order of the fields. A word too many is a problem, because it may be the one that mattered.
 */
export function readArguments(operation: OperationSummary, words: readonly Word[]): ReadArguments {
  const args: Record<string, string> = {};
  const rest = [...words];
  while (rest.length > 0) {
    const problem = takeOne(operation, args, rest);
    if (problem !== undefined) return { problem };
  }
  return { args };
}

/** Takes the next argument off the words; what is wrong with it, or undefined. */
function takeOne(operation: OperationSummary, args: Record<string, string>, rest: Word[]): string | undefined {
  const sentence = restField(operation, args);
  if (sentence !== undefined) {
    args[sentence] = withoutName(
      sentence,
      rest
        .splice(0)
        .map(({ text }) => text)
        .join(' '),
    );
    return undefined;
  }
  const word = rest.shift();
  if (!word) return undefined;
  const named = word.quoted ? undefined : namedValue(operation.fields, word.text, rest);
  if (named && 'problem' in named) return named.problem;
  const field = named?.field ?? operation.fields.find(({ name }) => args[name] === undefined);
  if (!field) return tooMany(operation, word.text);
  if (args[field.name] !== undefined) return `\`${field.name}\` is given twice.`;
  args[field.name] = named?.value ?? word.text;
  return undefined;
}

/** The last field, where it takes all that is left and the others have their words. */
function restField({ fields }: OperationSummary, args: Readonly<Record<string, string>>): string | undefined {
  const last = fields.at(-1);
  const others = fields.slice(0, -1).every(({ name }) => args[name] !== undefined);
  return last?.takesRest && others && args[last.name] === undefined ? last.name : undefined;
}

/** `reason=known batch`, `--reason known batch` and `reason known batch` say the same as `known batch`. */
function withoutName(name: string, text: string): string {
  return text.replace(new RegExp(`^(?:--)?${name}(?:[=:]\\s*|\\s+)`, 'iu'), '');
}

type Named = { field: ArgumentField; value: string } | { problem: string } | undefined;

function namedValue(fields: readonly ArgumentField[], text: string, rest: Word[]): Named {
  const joined = /^(--)?([\p{L}][\w-]*)[=:](.*)$/su.exec(text);
  const option = text.startsWith('--');
  const name = joined?.[2] ?? (option ? text.slice(2) : text);
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!field) {
    const names = fields.map((one) => `\`${one.name}\``).join(', ') || 'no arguments';
    return joined?.[0].includes('=') || option
      ? { problem: `There is no argument "${short(name)}"; I know ${names}.` }
      : undefined;
  }
  if (joined) return { field, value: joined[3] ?? '' };
  const next = rest.shift();
  return next ? { field, value: next.text } : { problem: `\`${field.name}\` needs a value.` };
}

function tooMany(operation: OperationSummary, word: string): string {
  const most = operation.fields.length;
  const takes = most === 0 ? 'takes nothing more' : `takes ${most} argument${most === 1 ? '' : 's'} at most`;
  return `"${short(word)}" is one word too many: ${operation.id} ${takes}. Put words that belong together in quotes.`;
}

/** What a person typed, short enough to repeat to them. */
export function short(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
