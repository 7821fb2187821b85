import * as v from 'valibot';
import { Damage } from '../damage.ts';
import type { WalObject } from '../catalogue/listing.ts';
import { isoOf } from './pgbackrest.ts';
import { toolSegment, type ToolBackup } from './tool-catalogue.ts';

const Epoch = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.finite());
const Listed = v.object({ backup_id: v.string(), status: v.string() });
const Shown = v.object({
  backup_id: v.string(),
  status: v.string(),
  error: v.optional(v.nullable(v.string())),
  postgresql_version: v.optional(v.number()),
  base_backup_information: v.optional(
    v.object({
      disk_usage_bytes: v.optional(v.number()),
      disk_usage_with_wals_bytes: v.optional(v.number()),
      incremental_size_bytes: v.optional(v.nullable(v.number())),
      backup_type: v.optional(v.nullable(v.string())),
      timeline: v.number(),
      begin_time_timestamp: Epoch,
      end_time_timestamp: Epoch,
      begin_lsn: v.string(),
      end_lsn: v.string(),
    }),
  ),
  catalog_information: v.optional(v.looseObject({ parent_backup: v.optional(v.nullable(v.string())) })),
});
const Checked = v.record(v.string(), v.object({ status: v.string(), hint: v.optional(v.nullable(v.string()), '') }));
const Server = v.looseObject({
  wals_directory: v.optional(v.nullable(v.string())),
  postgres_systemid: v.optional(v.nullable(v.string())),
});

export type BarmanServer = { walsDirectory: string | null; systemId: string };
export type BarmanShown =
  | { backup: ToolBackup; major: number }
  /** It was begun and has not ended. */
  | { unfinished: string }
  | { failed: string; why: string };

/** Pure: `barman -f json list-backup <server>`: the ids, oldest first. https://docs.pgbarman.org. Throws `Damage`. */
export function readBarmanList(text: string, server: string): string[] {
  return ofServer(v.array(Listed), text, server)
    .map(({ backup_id: id }) => id)
    .toSorted();
}

/** Pure: `barman -f json show-backup <server> <id>`. Throws `Damage`. */
export function readBarmanBackup(text: string, server: string): BarmanShown {
  const { backup_id: label, status, error, base_backup_information: about, ...rest } = ofServer(Shown, text, server);
  if (status === 'FAILED') return { failed: label, why: error ?? 'Barman does not say why' };
  if (about === undefined) return { unfinished: label };
  const plainBytes = about.disk_usage_bytes ?? about.disk_usage_with_wals_bytes ?? 0;
  return {
    major: Math.floor((rest.postgresql_version ?? 0) / 10_000),
    backup: {
      label,
      ...kindOf(about.backup_type, rest.catalog_information?.parent_backup),
      startedAt: isoOf(about.begin_time_timestamp),
      endedAt: isoOf(about.end_time_timestamp),
      sizeBytes: about.incremental_size_bytes ?? plainBytes,
      plainBytes,
      timeline: about.timeline,
      startLsn: about.begin_lsn,
      stopLsn: about.end_lsn,
      problems: [],
    },
  };
}

/** Only an increment of the server itself (Barman 3.11 and later) needs another to be restored. */
function kindOf(
  type: string | null | undefined,
  parent: string | null | undefined,
): Pick<ToolBackup, 'kind' | 'parent'> {
  return type === 'incremental' && typeof parent === 'string' ? { kind: 'incremental', parent } : { kind: 'full' };
}

/** Pure: what fails of `barman -f json check <server>`, a sentence each. Throws `Damage`. */
export function readBarmanCheck(text: string, server: string): string[] {
  return Object.entries(ofServer(Checked, text, server))
    .filter(([, { status }]) => status === 'FAILED')
    .map(([name, { hint }]) => {
      const check = name.replaceAll('_', ' ');
      return hint === null || hint === '' ? check : `${check} (${hint})`;
    });
}

/** Pure: the names of the tablespaces in a backup, of `barman -f json show-backup <server> <id>`. Throws `Damage`. */
export function readBarmanTablespaces(text: string, server: string): string[] {
  const Tablespaces = v.looseObject({ tablespaces: v.optional(v.array(v.object({ name: v.string() })), []) });
  return ofServer(Tablespaces, text, server).tablespaces.map(({ name }) => name);
}

/** Pure: where the WAL lies, of `barman -f json show-server <server>`. Throws `Damage`. */
export function readBarmanServer(text: string, server: string): BarmanServer {
  const { wals_directory: walsDirectory, postgres_systemid: systemId } = ofServer(Server, text, server);
  return { walsDirectory: walsDirectory ?? null, systemId: systemId ?? '' };
}

/** Pure: Barman's list of its WAL, `xlog.db`: name, size, time and compression, with tabs between. Other lines are left out. */
export function readBarmanWal(text: string): WalObject[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', size = '', time = ''] = line.split(/\s+/);
    if (!/^\d+$/.test(size) || !/^\d+(\.\d+)?$/.test(time)) return [];
    const object = { key: name, sizeBytes: Number(size), modifiedAt: isoOf(Number(time)) };
    return toolSegment(name, object) ?? [];
  });
}

function ofServer<S extends v.GenericSchema>(schema: S, text: string, server: string): v.InferOutput<S> {
  const said = jsonOf(text);
  const own = typeof said === 'object' && said !== null ? (said as { [key: string]: unknown })[server] : undefined;
  if (own === undefined) throw new Damage('the answer of Barman', `it does not tell of the server ${server}`);
  const read = v.safeParse(schema, own);
  if (read.success) return read.output;
  const paths = read.issues.map((issue) => v.getDotPath(issue) ?? '').join(', ');
  throw new Damage('the answer of Barman', `${paths} is not as it should be`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/("\w*systemid": *)(\d{16,})/g, '$1"$2"'));
  } catch {
    throw new Damage('the answer of Barman', 'it is no JSON');
  }
}
