import type { OperationSummary, TargetName } from '../core/operation.ts';
import { readArguments, short } from './arguments.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Form } from './form.ts';
import { splitWords, type Word } from './words.ts';

/** What can be typed, for the person who types: targets and environments that they may see. */
export type Catalogue = {
  operations: readonly OperationSummary[];
  targets: readonly TargetName[];
  environments: readonly string[];
};
/**
 * What was typed: an operation with its arguments as strings by field name, a form with what is known filled in, or what is
 * wrong with it; `suggestions` are texts as typed after `/db`.
 */
export type ParsedCommand =
  | { operation: string; subject: string; args: Record<string, string> }
  | { missing: Form }
  | { problem: string; suggestions: string[] };

const mostCharacters = 1_000;

/** Reads what was typed after `/db`. Pure; never throws, whatever was typed. */
export function parseCommand(text: string, catalogue: Catalogue): ParsedCommand {
  if (text.length > mostCharacters) return problem(`That is longer than ${mostCharacters} characters.`);
  // An address may carry a password, so it is not repeated.
  if (text.includes('://')) return problem('Here I take the names of targets, not addresses.', ['fleet', 'help']);
  const split = splitWords(text);
  if ('problem' in split) return problem(split.problem);
  const [first, ...rest] = split.words;
  if (!first) return { operation: 'fleet', subject: '', args: {} };
  const verb = first.text.toLowerCase();
  if (['help', '?', '--help', '-h'].includes(verb)) return helpAbout(rest[0]?.text.toLowerCase());
  const operation = catalogue.operations.find((one) => one.id === verb);
  if (!operation) return unknownVerb(first.text, rest, catalogue);
  if (rest.some((word) => !word.quoted && ['--help', '-h'].includes(word.text))) return helpAbout(operation.id);
  return operation.scope === 'none' ? finish(operation, '', rest, catalogue) : withSubject(operation, rest, catalogue);
}

function helpAbout(verb: string | undefined): ParsedCommand {
  return { operation: 'help', subject: '', args: verb ? { verb } : {} };
}

function problem(sentence: string, suggestions: string[] = []): ParsedCommand {
  return { problem: sentence, suggestions };
}

function unknownVerb(typed: string, rest: readonly Word[], catalogue: Catalogue): ParsedCommand {
  const subject = subjectsOf(catalogue, undefined).find((name) => same(name, typed));
  if (subject !== undefined) {
    const verb = catalogue.operations.find((one) => rest[0] !== undefined && same(one.id, rest[0].text));
    const verbs = verb ? [verb.id] : catalogue.operations.filter(isFirstLook).map(({ id }) => id);
    return problem(
      'The verb comes first.',
      verbs.slice(0, 3).map((id) => commandText([id, subject])),
    );
  }
  const near = didYouMean(typed, [...catalogue.operations.map(({ id }) => id), 'help']);
  const tail = rest.map(({ text }) => text);
  const suggestions = near.map((id) => commandText([id, ...tail]));
  return problem(`I do not know the verb "${short(typed)}".`, suggestions.length > 0 ? suggestions : ['help']);
}

function isFirstLook(operation: OperationSummary): boolean {
  return operation.risk === 'reads' && operation.scope !== 'none';
}

function withSubject(operation: OperationSummary, words: readonly Word[], catalogue: Catalogue): ParsedCommand {
  const [first, ...rest] = words;
  if (!first) return withoutSubject(operation, catalogue);
  const target = catalogue.targets.find(({ name }) => same(name, first.text));
  if (target && !operation.engines.includes(target.engine)) return wrongEngine(operation, target, catalogue);
  if (target) return finish(operation, target.name, rest, catalogue);
  const environment = catalogue.environments.find((name) => same(name, first.text));
  if (environment !== undefined && operation.scope === 'environment')
    return finish(operation, environment, rest, catalogue);
  if (environment !== undefined) {
    const members = namesFor(
      operation,
      catalogue.targets.filter((one) => one.environment === environment),
    );
    return problem(
      `${operation.id} takes one target, and ${environment} is an environment.`,
      commands(operation, members, rest),
    );
  }
  const near = didYouMean(first.text, subjectsOf(catalogue, operation));
  return problem(`I do not know a target "${short(first.text)}".`, commands(operation, near, rest));
}

/** Where nothing is named, only what reads may guess, and only where there is nothing to choose. */
function withoutSubject(operation: OperationSummary, catalogue: Catalogue): ParsedCommand {
  const fitting = namesFor(operation, catalogue.targets);
  const [target] = fitting;
  const [environment] = catalogue.environments;
  if (operation.risk === 'reads' && catalogue.targets.length === 1 && target !== undefined) {
    return finish(operation, target, [], catalogue);
  }
  if (operation.risk === 'reads' && operation.scope === 'environment' && catalogue.environments.length === 1) {
    return finish(operation, environment ?? '', [], catalogue);
  }
  return { missing: formOf(operation, catalogue, {}) };
}

function finish(
  operation: OperationSummary,
  subject: string,
  words: readonly Word[],
  catalogue: Catalogue,
): ParsedCommand {
  const read = readArguments(operation, words);
  if ('problem' in read) return problem(read.problem, [`help ${operation.id}`]);
  const { args } = read;
  if (operation.fields.every((field) => !field.required || args[field.name])) {
    return { operation: operation.id, subject, args };
  }
  return { missing: formOf(operation, catalogue, args, subject) };
}

function formOf(operation: OperationSummary, catalogue: Catalogue, values: Record<string, string>, subject = ''): Form {
  const subjects = subjectsOf(catalogue, operation);
  return { operation, values, subjects, ...(subject === '' ? {} : { subject }) };
}

function wrongEngine(operation: OperationSummary, target: TargetName, catalogue: Catalogue): ParsedCommand {
  const fitting = namesFor(operation, catalogue.targets);
  const sentence = `${operation.id} is for ${operation.engines.join(' and ')}; ${target.name} is ${target.engine}.`;
  return problem(sentence, commands(operation, fitting, []));
}

/** What may stand after the verb; everything when no verb is given. */
function subjectsOf(catalogue: Catalogue, operation: OperationSummary | undefined): string[] {
  const targets = operation ? namesFor(operation, catalogue.targets) : catalogue.targets.map(({ name }) => name);
  const environments = operation?.scope === 'target' ? [] : catalogue.environments;
  return [...targets, ...environments];
}

function namesFor(operation: OperationSummary, targets: readonly TargetName[]): string[] {
  return targets.filter(({ engine }) => operation.engines.includes(engine)).map(({ name }) => name);
}

function commands(operation: OperationSummary, subjects: readonly string[], rest: readonly Word[]): string[] {
  return subjects.slice(0, 3).map((subject) => commandText([operation.id, subject, ...rest.map(({ text }) => text)]));
}

/** Words as they would be typed after `/db`: what has blanks in it in quotes, a name before them. */
export function commandText(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (!/\s/u.test(word)) return word;
  const mark = word.includes('"') ? "'" : '"';
  const name = /^[\w-]+=/u.exec(word)?.[0] ?? '';
  return `${name}${mark}${word.slice(name.length)}${mark}`;
}

function same(name: string, typed: string): boolean {
  return name.toLowerCase() === typed.toLowerCase();
}
