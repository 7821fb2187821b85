import * as v from 'valibot';
import { Damage } from '../damage.ts';
import { timelineOf, type ToolBackup, type ToolCatalogue } from './tool-catalogue.ts';

const Backup = v.object({
  backup_name: v.string(),
  wal_file_name: v.string(),
  start_time: v.string(),
  finish_time: v.string(),
  pg_version: v.number(),
  start_lsn: v.union([v.string(), v.number()]),
  finish_lsn: v.union([v.string(), v.number()]),
  system_identifier: v.optional(v.nullable(v.string())),
  uncompressed_size: v.number(),
  compressed_size: v.number(),
});
const Timeline = v.object({
  id: v.number(),
  start_segment: v.string(),
  end_segment: v.string(),
  missing_segments: v.optional(v.nullable(v.array(v.string()))),
  status: v.string(),
});

/**
 * Pure: `wal-g backup-list --detail --json` and `wal-g wal-show --detailed-json --without-backups`. When WAL came it does not tell.
 * https://github.com/wal-g/wal-g/blob/master/docs/PostgreSQL.md. Throws `Damage`.
 */
export function readWalG(backupList: string, walShow: string): ToolCatalogue {
  const listed = parsed(v.nullable(v.array(Backup)), backupList) ?? [];
  const timelines = parsed(v.nullable(v.array(Timeline)), walShow) ?? [];
  const newest = listed.toSorted((one, other) => (one.finish_time < other.finish_time ? -1 : 1)).at(-1);
  const systemId = newest?.system_identifier ?? '';
  const own = listed.filter((backup) => (backup.system_identifier ?? '') === systemId);
  const last = timelines.toSorted((one, other) => one.id - other.id).at(-1);
  return {
    store: 'wal-g',
    systemId,
    major: Math.floor((newest?.pg_version ?? 0) / 10_000),
    backups: own.map((backup) => backupOf(backup, own)),
    unfinished: [],
    wal: null,
    complaints: timelines.flatMap(({ id, status, missing_segments: missing }) =>
      status === 'OK'
        ? []
        : [
            `${missing?.length ?? 0} segments of WAL are missing on timeline ${id}, the first ${missing?.[0] ?? 'of them'}`,
          ],
    ),
    notes: [
      last === undefined ? 'there is no WAL' : `WAL goes to ${last.end_segment}; WAL-G does not say when it came`,
      ...(own.length < listed.length
        ? [`${listed.length - own.length} backups of another database system are there too`]
        : []),
    ],
  };
}

/** The name of an increment ends with the WAL file of what it builds on: `base_<WAL file>_D_<WAL file>`. */
function backupOf(backup: v.InferOutput<typeof Backup>, all: readonly v.InferOutput<typeof Backup>[]): ToolBackup {
  const [, parentFile] = /_D_([0-9A-F]{24})$/.exec(backup.backup_name) ?? [];
  const parent = all.find(({ backup_name: name }) => new RegExp(`^base_${parentFile ?? ' '}(?:_D_|$)`).test(name));
  return {
    label: backup.backup_name,
    kind: parentFile === undefined ? 'full' : 'incremental',
    ...(parentFile === undefined ? {} : { parent: parent?.backup_name ?? `base_${parentFile}` }),
    startedAt: new Date(backup.start_time).toISOString(),
    endedAt: new Date(backup.finish_time).toISOString(),
    sizeBytes: backup.compressed_size,
    plainBytes: backup.uncompressed_size,
    timeline: timelineOf(backup.wal_file_name),
    startLsn: lsnText(backup.start_lsn),
    stopLsn: lsnText(backup.finish_lsn),
    problems: [],
  };
}

/** The identifier of a system does not fit a number of JavaScript. */
function parsed<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(text.replaceAll(/("system_identifier": *)(\d+)/g, '$1"$2"')));
  } catch {
    throw new Damage('the answer of WAL-G', 'it is not of the form that its documentation describes');
  }
}

/** Older versions write `0/4000028`, later ones the number. */
function lsnText(lsn: string | number): string {
  if (typeof lsn === 'string') return lsn;
  const half = 2 ** 32;
  return `${Math.floor(lsn / half).toString(16)}/${(lsn % half).toString(16)}`.toUpperCase();
}
