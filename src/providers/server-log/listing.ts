import { createHash } from 'node:crypto';
import { initDatabaseFix } from '../../checks/postgres/init-database.ts';
import type { Seen } from '../../core/check.ts';
import { Fault } from '../../core/errors.ts';
import type { LogFile, LogForm, LogFormat } from '../../targets/logs.ts';
import type { PostgresMember } from '../../targets/postgres.ts';

/** What the server says of its log, and the way in which we may read it. */
export type ServerLog = LogForm & { nowMs: number; read: string };

/** A file as the server lists it, with its first bytes. */
export type ListedFile = LogFile & { head: Buffer };

export const HEAD_BYTES = 128;
/** Older files than so many are as good as gone. */
const MOST_FILES = 500;

/**
 * pg_current_logfile() names a file for each format that the collector writes; `jsonlog` is known from 15 on.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
 */
const ABOUT = (version: number) => `
  select current_setting('logging_collector') = 'on' as collects, current_setting('log_line_prefix') as prefix,
         pg_current_logfile('stderr') is not null as stderr, pg_current_logfile('csvlog') is not null as csvlog,
         ${version >= 150_000 ? `pg_current_logfile('jsonlog') is not null` : 'false'} as jsonlog,
         extract(epoch from (now() at time zone current_setting('log_timezone')) - (now() at time zone 'UTC'))::int as "utcOffsetSeconds",
         (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs",
         current_database() as database, quote_ident(current_user) as role,
         exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where n.nspname = 'nightshift' and p.proname = 'read_log'
                    and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')) as definer,
         has_function_privilege('pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'execute') as direct`;

type About = Record<LogFormat | 'collects' | 'definer' | 'direct', boolean> &
  Record<'prefix' | 'database' | 'role', string> & { utcOffsetSeconds: number; nowMs: number };

/** Made by infra/migrations/init-database.sql: the name of a file, the first byte, how many. */
const DEFINER = 'nightshift.read_log';
/** The same for whoever may read any file. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE */
const DIRECT = `(select pg_read_binary_file(current_setting('log_directory') || '/' || name, from_byte, bytes, true)
  from (values (NAME::text, FROM::bigint, BYTES::bigint)) as asked (name, from_byte, bytes))`;

const ENDINGS: Readonly<Record<LogFormat, string>> = { stderr: 'log', csvlog: 'csv', jsonlog: 'json' };

/** The format that says what is needed in the fewest bytes. */
const PREFERRED: readonly LogFormat[] = ['stderr', 'csvlog', 'jsonlog'];

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE */
const LIST = (read: string, ending: string) => `
  select name, size::float8 as "sizeBytes", modification as "modifiedAt", ${call(read, 'name', '0', String(HEAD_BYTES))} as head
    from (select name, size, modification from pg_ls_logdir() where name ~ '^[^./\\\\][^/\\\\]*[.]${ending}$'
           order by modification desc, name desc limit ${MOST_FILES}) as newest
   order by modification, name`;

/** How the server's log can be read; or the setting, or the right, that is missing. */
export async function aboutLog(member: PostgresMember): Promise<Seen<ServerLog>> {
  const [about] = await member.query<About>(ABOUT(member.version)).catch(rightMissing);
  if (!about) return { skipped: 'our role may not ask where the log is', fix: 'GRANT pg_monitor TO nightshift_read;' };
  const { collects, definer, direct, database, role, prefix, utcOffsetSeconds, nowMs } = about;
  if (!collects) {
    return {
      skipped: `${member.name} does not collect its log in files`,
      fix: 'ALTER SYSTEM SET logging_collector = on; then restart the server.',
    };
  }
  const format = PREFERRED.find((one) => about[one]);
  if (format === undefined) {
    return {
      skipped: `${member.name} sends its log to where it cannot be read from`,
      fix: `ALTER SYSTEM SET log_destination = 'stderr'; SELECT pg_reload_conf();`,
    };
  }
  if (!definer && !direct) {
    return { skipped: `${role} may not read the log of ${member.name}`, fix: initDatabaseFix(database, role) };
  }
  return { sample: { format, prefix, utcOffsetSeconds, nowMs, read: definer ? DEFINER : DIRECT } };
}

/** The files of the log, the one that was written to last at the end. */
export async function listFiles(member: PostgresMember, { read, format }: ServerLog): Promise<ListedFile[]> {
  const files = await member.query<ListedFile & { head: Buffer | null }>(LIST(read, ENDINGS[format]));
  return files.map((file) => ({ ...file, head: file.head ?? Buffer.alloc(0) }));
}

/** A part of a file; empty where it has become shorter, or is gone. */
export async function readPart(
  member: PostgresMember,
  { read }: ServerLog,
  name: string,
  from: number,
  bytes: number,
): Promise<Buffer> {
  const sql = `select ${call(read, '$1::text', '$2::bigint', '$3::int')} as part`;
  const [row] = await member.query<{ part: Buffer | null }>(sql, [name, from, bytes]);
  return row?.part ?? Buffer.alloc(0);
}

/** The hash of the first bytes of a file, which say whether it is still the same. */
export function headHash(head: Buffer, bytes: number): string {
  return createHash('sha256').update(head.subarray(0, bytes)).digest('hex').slice(0, 16);
}

function call(read: string, name: string, from: string, bytes: string): string {
  if (read === DEFINER) return `${DEFINER}(${name}, ${from}, ${bytes})`;
  return read.replace('NAME', name).replace('FROM', from).replace('BYTES', bytes);
}

function rightMissing(thrown: unknown): [] {
  if (thrown instanceof Fault && thrown.code === 'permission_denied') return [];
  throw thrown;
}
