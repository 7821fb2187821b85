import type { Operation } from '../core/operation.ts';
import { SET_UP_USAGE } from './set-up-arguments.ts';
import { RESTORE_USAGE } from './restore-arguments.ts';
import { FOLLOW_USAGE } from './follow-arguments.ts';
import { SERVE_USAGE } from './serve-arguments.ts';

const subjects = { none: '', target: ' <target or url>', environment: ' <target, environment or url>' } as const;

/** `nightshift end <target> <pid>`; a URL is only offered where one can be used. */
export function usageOf({ id, scope, fields, flags = [], risk }: Operation): string {
  const subject = risk === 'reads' ? subjects[scope] : subjects[scope].replace(' or url', '').replace(',', ' or');
  const typed = fields.map(({ name, required }) => (required ? ` <${name}>` : ` [${name}]`));
  const said = flags.map(({ name }) => ` [--${name}]`);
  return `nightshift ${id}${subject}${typed.join('')}${said.join('')}`;
}

/** All that can be typed. */
export function overview(operations: readonly Operation[]): string {
  const lines = [
    ...operations.filter(({ id }) => id !== 'help').map((operation) => [usageOf(operation), operation.title] as const),
    [SET_UP_USAGE.init, 'Writes nightshift.yaml and the files of a stage, from a few questions'] as const,
    [SET_UP_USAGE.doctor, 'What is wrong with the set-up, and what mends it'] as const,
    [SET_UP_USAGE.manifest, 'The Slack app, to be pasted into Slack'] as const,
    ['nightshift config check [file]', 'Every problem of nightshift.yaml at once'] as const,
    ['nightshift logs <files…|directories|->', 'What PostgreSQL logs tell, in place of pgBadger'] as const,
    [RESTORE_USAGE, 'Brings a database back from its backups into a new directory'] as const,
    [FOLLOW_USAGE, 'Streams the write-ahead log into the stores, until it is stopped'] as const,
    [SERVE_USAGE, 'The whole bot in this process, through Slack Socket Mode, without Lambda'] as const,
    ['nightshift help [verb]', 'This list, or how to use one verb'] as const,
  ];
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return [
    'Looks after PostgreSQL and Redis.',
    '',
    ...lines.map(([usage, title]) => `  ${usage.padEnd(width)}  ${title}`),
    '',
    'A url is postgres://… or redis://…; with one, only verbs that look can be used, and nothing is remembered.',
    'Options: --json prints the report as JSON. NO_COLOR=1 prints without colours. --here has this process do what copies (backup, wal, drill,',
    'verify) for as long as it takes, instead of the bot.',
    'Exit code: 0 ok, 1 warning, 2 critical, 3 could not look, 64 not understood.',
    '',
  ].join('\n');
}

/** How one verb is used. */
export function pageOf(operation: Operation): string {
  const { title, why, risk, role, fields, flags = [], examples } = operation;
  return [
    usageOf(operation),
    '',
    `${title}. ${why}`,
    `Risk: ${risk}. Role: ${role}.`,
    ...fields.map(({ name, label, hint }) => `  ${name}: ${label}, for example ${hint}`),
    ...flags.map(({ name, hint }) => `  --${name}: ${hint}`),
    ...(examples.length === 0 ? [] : ['', ...examples.map((example) => `  nightshift ${example}`.trimEnd())]),
    '',
  ].join('\n');
}
