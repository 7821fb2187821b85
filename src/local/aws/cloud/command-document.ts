import { spawn } from 'node:child_process';
import type { ManagedHost, SentCommand } from './model.ts';
import { CloudRefusal } from './refusal.ts';

type Parameter = { type: string; default?: string; allowedPattern?: string };
type Document = {
  parameters: { [name: string]: Parameter };
  mainSteps: { action: string; inputs: { runCommand: string[] } }[];
};

/**
 * The script of a document of schema 2.2 with its parameters in place, as the agent makes it. Refused where a parameter is missing, is
 * unknown, or is no value that the document allows. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export function scriptOf(content: string, given: { readonly [name: string]: readonly string[] }): string {
  const { parameters, mainSteps } = JSON.parse(content) as Document;
  const unknown = Object.keys(given).find((name) => !(name in parameters));
  if (unknown !== undefined)
    throw new CloudRefusal('InvalidParameters', `The parameter ${unknown} is not in the document.`);
  const values = Object.entries(parameters).map(
    ([name, parameter]) => [name, valueOf(name, parameter, given[name])] as const,
  );
  const lines = mainSteps.flatMap(({ inputs }) => inputs.runCommand);
  return values.reduce((script, [name, value]) => script.replaceAll(`{{ ${name} }}`, value), lines.join('\n'));
}

function valueOf(name: string, parameter: Parameter, given: readonly string[] | undefined): string {
  const value = given?.[0] ?? parameter.default;
  if (value === undefined) throw new CloudRefusal('InvalidParameters', `The parameter ${name} has no value.`);
  if (parameter.allowedPattern !== undefined && !new RegExp(parameter.allowedPattern).test(value))
    throw new CloudRefusal('InvalidParameters', `The value of ${name} does not match ${parameter.allowedPattern}.`);
  return value;
}

/** Of what a script says the agent keeps so much: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const STDOUT_LENGTH = 24_000;
const STDERR_LENGTH = 8000;

/** Runs it as the agent does, with the host's own programs in the places that the document names. */
export function carryOut(
  command: SentCommand,
  script: string,
  { programs, environment, account, begins }: ManagedHost,
): Promise<void> {
  const there = Object.entries(programs).reduce((text, [path, real]) => text.replaceAll(path, real), script);
  command.details = 'InProgress';
  begins?.();
  const child = spawn('/bin/sh', ['-c', there], {
    ...account,
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout
    .setEncoding('utf8')
    .on('data', (text: string) => (command.stdout = (command.stdout + text).slice(0, STDOUT_LENGTH)));
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (command.stderr = (command.stderr + text).slice(0, STDERR_LENGTH)));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      command.code = code ?? -1;
      command.details = code === 0 ? 'Success' : 'Failed';
      resolve();
    });
  });
}
