import * as z from 'zod';
import { logsSchemaVersion } from '../../src/cli/logs/json.ts';
import type { Counted } from '../../src/logs/digest/counted.ts';
import type { Session } from '../../src/logs/digest/sessions.ts';
import type { Minute } from '../../src/logs/digest/timeline.ts';
import type { DocumentStatement, FileRead, LogsDocument } from '../../src/logs/report/document.ts';
import type { GeneratedFile } from './generated-file.ts';

const text = (description: string) => z.string().meta({ description });
const count = (description: string) => z.number().meta({ description });
const ms = (description: string) => z.number().meta({ description: `${description}, in milliseconds` });

const statementShape = z
  .object({
    id: text('The same shape has the same id in every report: 14 hex digits'),
    text: text('The statement, its literals and parameters replaced by ?; longer ones are cut after 2,000 characters'),
    calls: count('How often it ran'),
    totalMs: ms('All calls together'),
    maxMs: ms('The longest call'),
    meanMs: ms('A call on average'),
    p50Ms: ms('Half of the calls took no longer; at most 19 % too high, as all percentiles here'),
    p95Ms: ms('95 % of the calls took no longer'),
    p99Ms: ms('99 % of the calls took no longer'),
    tags: z
      .record(z.string(), z.string())
      .meta({ description: 'Of sqlcommenter, those that name a place in the code' }),
    hours: z
      .array(z.number())
      .meta({ description: 'Calls by the hour of the day, from 0 to 23, in the time of the timeline' }),
    users: z.array(z.string()).meta({ description: 'Who ran it, at most five; empty where the log does not say it' }),
    databases: z.array(z.string()).meta({ description: 'Where it ran, at most five' }),
    applications: z.array(z.string()).meta({ description: 'What ran it, at most five' }),
    plans: count('Plans of it that auto_explain logged'),
    slowestPlan: z
      .object({
        durationMs: ms('How long that call took'),
        text: text('As the server writes it, as text or JSON, without values'),
      })
      .nullable()
      .meta({ description: 'null: none was logged, or names are hidden' }),
    histogram: z
      .array(z.object({ toMs: ms('Up to this duration, and longer than the bar before'), calls: count('Calls') }))
      .meta({ description: 'Calls by duration; each bar ends at twice the one before' }),
  })
  .meta({ id: 'Statement' });

const sessionShape = z
  .object({
    user: text('Empty where the log does not say it'),
    database: text('Empty where the log does not say it'),
    application: text('Empty where the log does not say it'),
    calls: count('Statements'),
    totalMs: ms('Those together'),
    errors: count('ERROR, FATAL and PANIC'),
  })
  .meta({ id: 'Session' });

const countedShape = z
  .object({
    name: text('What was counted, without values'),
    count: count('How often'),
    total: count('The amount of all together: milliseconds, of tempFiles bytes; 0 where there is none'),
    max: count('The largest amount of one'),
    statements: z.array(z.string()).meta({ description: 'Shapes of statements that caused it, at most five' }),
  })
  .meta({ id: 'Counted' });

const minuteShape = z
  .object({
    minute: text('`2026-11-28 15:03`, in UTC, or as the log writes it where its zone is in unknownZones'),
    statements: count('Statements that ended'),
    totalMs: ms('The durations of those'),
    errors: count('ERROR, FATAL and PANIC'),
    connections: count('Connections that were received'),
  })
  .meta({ id: 'Minute' });

const fileShape = z
  .object({
    name: text('As it was named, or `standard input`'),
    format: z.enum(['stderr', 'csv', 'json']).nullable().meta({ description: 'null: it was not read' }),
    prefix: z.string().nullable().meta({ description: 'log_line_prefix it was read with; null for other formats' }),
    formatFrom: z
      .enum(['given', 'found'])
      .nullable()
      .meta({ description: 'Whether somebody said it, or the log showed it' }),
    bytes: count('Unpacked, of the part that was asked for'),
    lines: count('Lines'),
    entries: count('Entries of the log'),
    unreadLines: count('Lines that belong to no entry'),
    cutEntries: count('Entries longer than 10 MiB, which were cut there'),
    problem: z
      .string()
      .nullable()
      .meta({ description: 'What could not be read and what mends it; null: all was read' }),
  })
  .meta({ id: 'File' });

const counted = (description: string) => z.array(countedShape).meta({ description });

const documentShape = z.object({
  period: z.object({
    from: z.string().nullable().meta({ description: 'The first minute; null when the log tells no time' }),
    to: z.string().nullable().meta({ description: 'The last minute' }),
    since: z.string().nullable().meta({ description: 'What was asked for with --since' }),
    until: z.string().nullable().meta({ description: 'What was asked for with --until' }),
  }),
  read: z.object({
    files: z.array(fileShape).meta({ description: 'The oldest first, then what could not be read at all' }),
    leftOut: z
      .array(z.object({ name: z.string(), why: z.string() }))
      .meta({ description: 'Files that were not read because they hold nothing more' }),
    bytes: count('Of all files'),
    lines: count('Of all files'),
    entries: count('Of all files'),
    seconds: count('How long the reading took'),
    complete: z.boolean().meta({ description: 'false: something that was asked for could not be read; see `problem`' }),
  }),
  notes: z.array(z.string()).meta({ description: 'What to know before the numbers are believed' }),
  statements: z.array(statementShape).meta({ description: 'By total time; at most 10,000' }),
  othersCalls: count('Calls of shapes beyond those'),
  preparation: z
    .object({ count: count('Steps'), totalMs: ms('All of them') })
    .meta({ description: 'Parse and bind steps, which belong to no call' }),
  errors: counted('ERROR, FATAL and PANIC by message, with the SQLSTATE before it where the log has it'),
  cancellations: counted('What was cancelled or terminated, by reason'),
  deadlocks: count('Deadlocks'),
  lockWaits: counted('Waits for locks; those that were had tell the milliseconds'),
  tempFiles: counted('Temporary files, in bytes'),
  checkpoints: counted('Checkpoints and restartpoints, in milliseconds'),
  vacuums: counted('Autovacuum by table, in milliseconds'),
  analyzes: counted('Autoanalyze by table, in milliseconds'),
  connections: counted('Connections that were received and authorized'),
  disconnections: counted('Sessions that ended, in milliseconds'),
  events: counted('Starts, stops, crashes, replication, settings'),
  sessions: z.array(sessionShape).meta({ description: 'Who ran statements and met errors' }),
  truncated: count('Entries that the hoster cut off before they came into the log'),
  clockJumps: count('How often the clock of the log went back'),
  unknownZones: z.array(z.string()).meta({ description: 'Zones whose times are as the log writes them' }),
  timeline: z.array(minuteShape).meta({ description: 'Minutes with entries, at most those of a week' }),
  severities: z.record(z.string(), z.number()).meta({ description: 'Entries by severity; `foreign`: not in English' }),
});

/** Does not compile when the document and its shape have not the same fields. */
type Same<A, B> = [keyof A, A] extends [keyof B, B] ? ([keyof B] extends [keyof A] ? true : false) : false;
export const proof: readonly true[] = [
  true satisfies Same<DocumentStatement, z.infer<typeof statementShape>>,
  true satisfies Same<Counted, z.infer<typeof countedShape>>,
  true satisfies Same<Session, z.infer<typeof sessionShape>>,
  true satisfies Same<Minute, z.infer<typeof minuteShape>>,
  true satisfies Same<FileRead, z.infer<typeof fileShape>>,
  true satisfies Same<Omit<LogsDocument, 'severities'>, Omit<z.infer<typeof documentShape>, 'severities'>>,
];

/** docs/logs.schema.json: what `nightshift logs --json` prints, as JSON Schema 2020-12. */
export function logsSchema(): GeneratedFile {
  return { path: 'docs/logs.schema.json', text: `${JSON.stringify(logsSchemaOf('input'), null, 2)}\n` };
}

/** With `output` no field beyond those that are published is allowed: for tests of what we print ourselves. */
export function logsSchemaOf(io: 'input' | 'output'): object {
  const version = z.literal(logsSchemaVersion).meta({ description: 'The version of this schema' });
  const { $schema, ...schema } = z.toJSONSchema(z.object({ schemaVersion: version, ...documentShape.shape }), { io });
  return {
    $schema,
    $id: `urn:nightshift:logs:${logsSchemaVersion}`,
    title: `What nightshift logs prints with --json, version ${logsSchemaVersion}`,
    description: 'What PostgreSQL logs told. Ignore fields that you do not know: within a version some may be added.',
    ...schema,
  };
}
