import { problemsInWords, readArguments } from '../core/arguments.ts';
import { parseArgs } from 'node:util';
import { didYouMean } from '../config/did-you-mean.ts';
import type { Operation } from '../core/operation.ts';
import { readFollow } from './follow-arguments.ts';
import { LOGS_HELP, readLogsWords, type LogsWords } from './logs/arguments.ts';
import type { TypedArguments } from './ports.ts';
import { readRestore, RESTORE_HELP, type RestoreWords } from './restore-arguments.ts';
import { readServe, type ServeWords } from './serve-arguments.ts';
import { readSubject, type Subject } from './subject.ts';
import { usageOf } from './usage.ts';

export type CommandLine =
  | { kind: 'help'; operation?: Operation; page?: string }
  | { kind: 'config-check'; file?: string }
  | ({ kind: 'serve' } & ServeWords)
  | { kind: 'follow'; target: string }
  | { kind: 'restore'; words: RestoreWords }
  | { kind: 'logs'; words: LogsWords }
  | {
      kind: 'operation';
      operation: Operation;
      subject: Subject;
      args: TypedArguments;
      json: boolean;
      /** The work is done by this process, for as long as it takes. */
      here: boolean;
    }
  | { kind: 'usage'; problem: string };

/** Pure: what the words of a command line ask for, or what is wrong with them. */
export function readCommandLine(words: readonly string[], operations: readonly Operation[]): CommandLine {
  const verb = words.find((word) => !word.startsWith('-'));
  if (verb === undefined || words.includes('--help')) return help(verb, operations);
  if (verb === 'help') return help(words[words.indexOf(verb) + 1], operations);
  const rest = words.toSpliced(words.indexOf(verb), 1);
  if (verb === 'config') return configCommand(rest);
  if (verb === 'serve') return serveCommand(rest);
  if (verb === 'restore') return restoreCommand(rest);
  if (verb === 'wal' && rest.includes('--follow')) return followCommand(rest);
  if (verb === 'logs') return logsCommand(rest);
  const operation = operations.find(({ id }) => id === verb);
  return operation ? readOperation(operation, rest) : unknownVerb(verb, operations);
}

function help(verb: string | undefined, operations: readonly Operation[]): CommandLine {
  if (verb === undefined || verb === 'help') return { kind: 'help' };
  if (verb === 'logs') return { kind: 'help', page: LOGS_HELP };
  if (verb === 'restore') return { kind: 'help', page: RESTORE_HELP };
  const operation = operations.find(({ id }) => id === verb);
  return operation ? { kind: 'help', operation } : unknownVerb(verb, operations);
}

function unknownVerb(verb: string, operations: readonly Operation[]): CommandLine {
  const meant = didYouMean(verb, [...operations.map(({ id }) => id), 'config', 'logs', 'restore', 'serve']);
  const hint = meant === undefined ? 'Try: nightshift help' : `Did you mean: ${meant}?`;
  return usage(`There is no verb "${verb}". ${hint}`);
}

function configCommand([action, file, ...more]: readonly string[]): CommandLine {
  if (action !== 'check' || more.length > 0) return usage('Usage: nightshift config check [file]');
  return { kind: 'config-check', ...(file === undefined ? {} : { file }) };
}

function serveCommand(words: readonly string[]): CommandLine {
  const read = readServe(words);
  return 'problem' in read ? usage(read.problem) : { kind: 'serve', ...read };
}

function followCommand(words: readonly string[]): CommandLine {
  const read = readFollow(words);
  return 'problem' in read ? usage(read.problem) : { kind: 'follow', ...read };
}

function restoreCommand(words: readonly string[]): CommandLine {
  const read = readRestore(words);
  return 'problem' in read ? usage(read.problem) : { kind: 'restore', words: read };
}

function logsCommand(words: readonly string[]): CommandLine {
  const read = readLogsWords(words, Date.now());
  return 'problem' in read ? usage(read.problem) : { kind: 'logs', words: read };
}

function readOperation(operation: Operation, words: readonly string[]): CommandLine {
  const parsed = parseOptions(operation, words);
  if ('problem' in parsed) return usage(parsed.problem);
  const { json, here, options, positionals } = parsed;
  if (here && !canWorkHere(operation))
    return usage(`--here is for what copies: ${operation.id} is done by the bot.\nUsage: ${usageOf(operation)}`);
  const subject = readSubject(operation, positionals[0]);
  if ('problem' in subject) return usage(`${subject.problem}\nUsage: ${usageOf(operation)}`);
  const typed = subject.kind === 'none' ? positionals : positionals.slice(1);
  const byName = takeNamed(operation, typed, options);
  const args = readFields(operation, byName.typed, byName.options);
  return 'problem' in args
    ? usage(args.problem)
    : { kind: 'operation', operation, subject, args: args.fields, json, here };
}

/** Whether a process of its own can do it: what only looks, asks the cloud or acts is the bot's. */
function canWorkHere(operation: Operation): boolean {
  return operation.kind === 'run' && Object.values(operation.steps).some(({ room }) => room === 'copy');
}

type Options = { json: boolean; here: boolean; options: TypedArguments; positionals: string[] };

/** Every field may also be given by name: `--pid 2211`. A flag is said or not. */
function parseOptions(operation: Operation, words: readonly string[]): Options | { problem: string } {
  const fields = Object.fromEntries(operation.fields.map(({ name }) => [name, { type: 'string' as const }]));
  const flags = Object.fromEntries((operation.flags ?? []).map(({ name }) => [name, { type: 'boolean' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        ...fields,
        ...flags,
        json: { type: 'boolean', default: false },
        here: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const { json, here, ...rest } = values;
    const options = Object.entries(rest).flatMap(([name, value]) => {
      if (typeof value === 'string') return [[name, value]];
      return value === true ? [[name, 'yes']] : [];
    });
    return { json, here, options: Object.fromEntries(options) as TypedArguments, positionals };
  } catch (thrown) {
    const [sentence = ''] = (thrown instanceof Error ? thrown.message : '').split(/\. |\n/);
    return { problem: `${sentence.replace(/\.?$/, '.')}\nUsage: ${usageOf(operation)}` };
  }
}

/** `since 1h` says the same as `--since 1h`, as in Slack; where a sentence is taken, its words are not names. */
function takeNamed(
  operation: Operation,
  words: readonly string[],
  options: TypedArguments,
): { typed: readonly string[]; options: TypedArguments } {
  if (operation.fields.some(({ takesRest }) => takesRest)) return { typed: words, options };
  const named: Record<string, string> = { ...options };
  const typed: string[] = [];
  for (let n = 0; n < words.length; n++) {
    const [word = '', value] = words.slice(n, n + 2);
    const isName = operation.fields.some(({ name }) => name === word);
    if (isName && value !== undefined && named[word] === undefined) {
      named[word] = value;
      n++;
    } else typed.push(word);
  }
  return { typed, options: named };
}

function readFields(
  operation: Operation,
  typed: readonly string[],
  options: TypedArguments,
): { fields: TypedArguments } | { problem: string } {
  const unnamed = operation.fields.filter(({ name }) => options[name] === undefined);
  if (unnamed.at(-1)?.takesRest) typed = joinedAfter(typed, unnamed.length - 1);
  const extra = typed[unnamed.length];
  if (extra !== undefined) return { problem: `"${extra}" is one word too many.\nUsage: ${usageOf(operation)}` };
  const positional = typed.flatMap((value, index) => {
    const field = unnamed[index];
    return field ? [[field.name, value] as const] : [];
  });
  const fields: TypedArguments = { ...options, ...Object.fromEntries(positional) };
  const missing = operation.fields.find(({ name, required }) => required && fields[name] === undefined);
  if (missing) return { problem: `${missing.label} is missing.\nUsage: ${usageOf(operation)}` };
  const read = readArguments(operation.args, fields);
  if ('args' in read) return { fields };
  return { problem: `${problemsInWords(read.problems).join('\n')}\nUsage: ${usageOf(operation)}` };
}

/** The words from there on as one. */
function joinedAfter(words: readonly string[], index: number): readonly string[] {
  return words.length <= index ? words : [...words.slice(0, index), words.slice(index).join(' ')];
}

function usage(problem: string): CommandLine {
  return { kind: 'usage', problem };
}
