import type { Counted } from '../digest/counted.ts';
import type { FileRead, LogsDocument } from './document.ts';
import { hideDotted, hideInMessage, hideInStatement } from './hide-in-text.ts';
import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';

/**
 * A document with pseudonyms in the place of the names of tables, columns, functions, roles, databases, applications, hosts and files. A
 * name has the same pseudonym everywhere in it.
 */
export function hideNames(document: LogsDocument): LogsDocument {
  const names = createPseudonyms();
  // First what is surely a table, so that it is called one wherever else it stands.
  for (const { name } of [...document.vacuums, ...document.analyzes]) hideDotted(name, 't', names);
  const statements = document.statements.map((one) => ({
    ...one,
    text: hideInStatement(one.text, names),
    users: one.users.map((name) => names.of('r', name)),
    databases: one.databases.map((name) => names.of('d', name)),
    applications: one.applications.map((name) => names.of('a', name)),
    // A plan names all it touches, and is no statement that could be read.
    slowestPlan: null,
    tags: Object.fromEntries(Object.entries(one.tags).map(([key, value]) => [key, names.of('a', value)])),
  }));
  const rows = (counted: readonly Counted[], hide: (name: string) => string): Counted[] =>
    counted.map((one) => ({
      ...one,
      name: hide(one.name),
      statements: one.statements.map((text) => hideInStatement(text, names)),
    }));
  const message = (text: string): string => hideInMessage(text, names);
  const table = (text: string): string => hideDotted(text, 't', names);
  // Statements of errors name things, too, and must be known before the messages are looked at.
  for (const { statements: texts } of [...document.errors, ...document.lockWaits])
    texts.forEach((text) => hideInStatement(text, names));
  return {
    ...document,
    statements,
    errors: rows(document.errors, message),
    cancellations: rows(document.cancellations, message),
    lockWaits: rows(document.lockWaits, (name) => name),
    tempFiles: rows(document.tempFiles, (name) => name),
    checkpoints: rows(document.checkpoints, (name) => name),
    vacuums: rows(document.vacuums, table),
    analyzes: rows(document.analyzes, table),
    connections: rows(document.connections, (name) => session(name, names)),
    disconnections: rows(document.disconnections, (name) => session(name, names)),
    events: rows(document.events, message),
    sessions: document.sessions.map((one) => ({
      ...one,
      user: one.user && names.of('r', one.user),
      database: one.database && names.of('d', one.database),
      application: one.application && names.of('a', one.application),
    })),
    read: hiddenFiles(document.read),
  };
}

/** `app@shop`, or the same behind a word. */
function session(name: string, names: Pseudonyms): string {
  return name.replace(/(\S*)@(\S*)$/, (_, role: string, database: string) => {
    return `${role && names.of('r', role)}@${database && names.of('d', database)}`;
  });
}

function hiddenFiles(read: LogsDocument['read']): LogsDocument['read'] {
  return {
    ...read,
    files: read.files.map((file, n) => ({ ...file, name: `file ${n + 1}`, ...hiddenPrefix(file) })),
    leftOut: read.leftOut.map(({ why }, n) => ({
      name: `file ${read.files.length + n + 1}`,
      why: why.replace(/ as \S.*$/, ' as another file'),
    })),
  };
}

/** Words that say what an escape is stay; a name of a host that stands in a prefix goes. */
const LABELS = /^(?:user|db|database|app|application|client|host|remote|pid|line|session|xid|state|qid)$/;

function hiddenPrefix({ prefix, problem }: FileRead): Pick<FileRead, 'prefix' | 'problem'> {
  const hide = (text: string): string =>
    text.replaceAll(/%[-\d]*[a-zA-Z%]|\p{L}[\p{L}\p{N}_.-]*/gu, (word) =>
      word.startsWith('%') || LABELS.test(word) ? word : 'x',
    );
  const hidden = problem?.replaceAll(/'([^']*)'/g, (_, text: string) => `'${hide(text)}'`) ?? null;
  return { prefix: prefix === null ? null : hide(prefix), problem: hidden };
}
