import * as v from 'valibot';
import { Damage } from '../damage.ts';
import type { WalObject } from '../catalogue/listing.ts';
import { timelineOf, toolSegment, type ToolBackup, type ToolCatalogue } from './tool-catalogue.ts';

const Version = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/));
const Database = v.object({ id: v.number(), 'repo-key': v.optional(v.number(), 1) });
const Status = v.object({ code: v.number(), message: v.string() });
const InfoBackup = v.object({
  label: v.string(),
  type: v.string(),
  prior: v.optional(v.nullable(v.string())),
  database: Database,
  error: v.optional(v.nullable(v.boolean())),
  archive: v.object({ start: v.nullable(v.string()), stop: v.nullable(v.string()) }),
  lsn: v.optional(v.object({ start: v.string(), stop: v.string() })),
  info: v.object({ size: v.number(), repository: v.object({ delta: v.number() }) }),
  timestamp: v.object({ start: v.number(), stop: v.number() }),
});
const Stanza = v.object({
  name: v.string(),
  status: Status,
  db: v.array(v.object({ ...Database.entries, 'system-id': v.string(), version: Version })),
  backup: v.array(InfoBackup),
  archive: v.array(v.object({ database: Database, id: v.string() })),
  repo: v.optional(v.array(v.object({ key: v.number(), status: Status })), []),
});
type Stanza = v.InferOutput<typeof Stanza>;
type InfoBackup = v.InferOutput<typeof InfoBackup>;

/** What a repository has, and under which name its archive is asked for: `15-1`; null where nothing was archived. */
export type PgbackrestRepository = { key: number; archiveId: string | null; catalogue: ToolCatalogue };

/**
 * Pure: `pgbackrest info --output=json` of a stanza, a catalogue for each repository, still without WAL. Throws `Damage` for what is not
 * of that form. https://pgbackrest.org/command.html#command-info
 */
export function readPgbackrestInfo(text: string, stanza: string): PgbackrestRepository[] {
  const found = stanzasIn(text).find(({ name }) => name === stanza);
  if (found === undefined) throw new Damage('the answer of pgBackRest', `it does not tell of the stanza ${stanza}`);
  const repositories = found.repo.length > 0 ? found.repo : [{ key: 1, status: found.status }];
  return repositories.map(({ key, status }) => repositoryOf(found, key, status));
}

function stanzasIn(text: string): Stanza[] {
  try {
    // The identifier of a system does not fit a number of JavaScript.
    const json: unknown = JSON.parse(text.replaceAll(/("(?:db-)?system-id":)(\d+)/g, '$1"$2"'));
    return v.parse(v.array(Stanza), json);
  } catch (thrown) {
    throw new Damage('the answer of pgBackRest', thrown instanceof v.ValiError ? pathsOf(thrown) : 'it is no JSON');
  }
}

function pathsOf({ issues }: v.ValiError<v.GenericSchema>): string {
  return `${issues.map((issue) => v.getDotPath(issue) ?? '').join(', ')} is not as it should be`;
}

function repositoryOf(
  { db, backup, archive }: Stanza,
  key: number,
  status: { code: number; message: string },
): PgbackrestRepository {
  const ofRepository = (database: { 'repo-key': number }) => database['repo-key'] === key;
  const current = db
    .filter(ofRepository)
    .toSorted((one, other) => one.id - other.id)
    .at(-1);
  const own = backup.filter(({ database }) => ofRepository(database));
  const backups = own.filter(({ database }) => database.id === current?.id);
  const older = own.length - backups.length;
  const archived = archive.find(({ database }) => ofRepository(database) && database.id === current?.id);
  return {
    key,
    archiveId: archived?.id ?? null,
    catalogue: {
      store: `repo${key}`,
      systemId: current?.['system-id'] ?? '',
      major: Number.parseInt(current?.version ?? '0', 10),
      backups: backups.map(backupOf),
      unfinished: [],
      wal: [],
      complaints: complaintsOf(status),
      notes: older === 0 ? [] : [`${older} backups of an older database system are there too`],
    },
  };
}

/** https://github.com/pgbackrest/pgbackrest/blob/main/src/command/info/info.c: 0 is ok, and 2 that there are no backups, which others tell. */
function complaintsOf({ code, message }: { code: number; message: string }): string[] {
  return code === 0 || code === 2 ? [] : [`${message} (code ${code})`];
}

function backupOf({ label, type, prior, error, archive, lsn, info, timestamp }: InfoBackup): ToolBackup {
  return {
    label,
    kind: type === 'full' ? 'full' : 'incremental',
    ...(prior === null || prior === undefined ? {} : { parent: prior }),
    startedAt: isoOf(timestamp.start),
    endedAt: isoOf(timestamp.stop),
    sizeBytes: info.repository.delta,
    plainBytes: info.size,
    timeline: timelineOf(archive.stop ?? '00000001'),
    startLsn: lsn?.start ?? '0/0',
    stopLsn: lsn?.stop ?? '0/0',
    problems: error === true ? ['pages with a wrong checksum were met when it was made'] : [],
  };
}

/** Pure: the segments of `pgbackrest repo-ls --recurse --output=json archive/<stanza>/<id>`. Throws `Damage`. */
export function readPgbackrestArchive(text: string): WalObject[] {
  const Listing = v.record(
    v.string(),
    v.object({ type: v.string(), size: v.optional(v.number()), time: v.optional(v.number()) }),
  );
  const read = parsed(Listing, text);
  return Object.entries(read).flatMap(([path, { type, size = 0, time = 0 }]) => {
    const object = { key: path, sizeBytes: size, modifiedAt: isoOf(time) };
    return type === 'file' ? (pgbackrestSegment(object) ?? []) : [];
  });
}

function parsed<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new Damage('the answer of pgBackRest', 'it is no listing');
  }
}

/** Pure: an object of the archive as a segment: `0000000100000000/000000010000000000000004-<SHA-1>.gz`. */
export function pgbackrestSegment(object: Pick<WalObject, 'key' | 'sizeBytes' | 'modifiedAt'>): WalObject | undefined {
  const [, name] = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.(?:gz|lz4|zst|bz2))?$/.exec(object.key) ?? [];
  return name === undefined ? undefined : toolSegment(name, object);
}

export function isoOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
