import { createHash } from 'node:crypto';
import { Damage } from '../damage.ts';
import type { PgbackrestRepository } from './pgbackrest.ts';
import { readPgbackrestInfo } from './pgbackrest.ts';

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Pure: the sections of an info file: `[section]`, then `key=JSON`. Its own sum is compared, which goes over all but itself. Throws `Damage`.
 * https://github.com/pgbackrest/pgbackrest/blob/main/src/info/info.c
 */
export function readInfoFile(name: string, text: string): Sections {
  if (text.startsWith('Salted__'))
    throw new Damage(name, 'the repository is encrypted; write the command of pgBackRest, which has the key');
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, title] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([^=[]+)=(.*)$/.exec(line) ?? [];
    // The sum stands in a second part of a section that was there before.
    if (title !== undefined) sections.set(title, (section = sections.get(title) ?? new Map<string, string>()));
    else if (key !== undefined && value !== undefined) section.set(key, value);
    else if (line.trim() !== '') throw new Damage(name, 'it has a line that is no key with a value');
  }
  const said = sections.get('backrest')?.get('backrest-checksum');
  if (said !== JSON.stringify(sumOf(sections)))
    throw new Damage(name, 'its sum is not right: it was cut short or changed');
  return sections;
}

function sumOf(sections: Sections): string {
  const parts = [...sections]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, keys]) => {
      const pairs = [...keys].filter(([key]) => key !== 'backrest-checksum').map(([key, value]) => `"${key}":${value}`);
      return `"${title}":{${pairs.join(',')}}`;
    });
  return createHash('sha1')
    .update(`{${parts.join(',')}}`)
    .digest('hex');
}

/** Pure: what `info` would say of a stanza, from `backup.info` and `archive.info` of one repository. Throws `Damage`. */
export function readPgbackrestFiles(stanza: string, backupInfo: string, archiveInfo: string): PgbackrestRepository {
  const backups = readInfoFile('backup.info', backupInfo);
  const archives = readInfoFile('archive.info', archiveInfo);
  const current = Number(backups.get('db')?.get('db-id') ?? '0');
  const info = {
    name: stanza,
    status: { code: 0, message: 'ok' },
    db: [...(backups.get('db:history') ?? [])].map(([id, json]) => databaseOf(id, json)),
    backup: [...(backups.get('backup:current') ?? [])].map(([label, json]) => backupOf(label, json)),
    archive: [...(archives.get('db:history') ?? [])].map(([id, json]) => {
      const { 'db-version': version } = parsed('archive.info', json);
      return { database: { id: Number(id) }, id: `${String(version)}-${id}` };
    }),
  };
  const [repository] = readPgbackrestInfo(JSON.stringify([info]), stanza);
  if (repository === undefined || !info.db.some(({ id }) => id === current))
    throw new Damage('backup.info', 'it does not name the database that is backed up now');
  return repository;
}

function databaseOf(id: string, json: string) {
  const { 'db-system-id': systemId, 'db-version': version } = parsed('backup.info', json);
  return { id: Number(id), 'system-id': systemId, version };
}

function backupOf(label: string, json: string) {
  const said = parsed('backup.info', json);
  return {
    label,
    type: said['backup-type'],
    prior: said['backup-prior'] ?? null,
    database: { id: said['db-id'] },
    error: said['backup-error'] ?? null,
    archive: { start: said['backup-archive-start'] ?? null, stop: said['backup-archive-stop'] ?? null },
    ...(said['backup-lsn-start'] === undefined
      ? {}
      : { lsn: { start: said['backup-lsn-start'], stop: said['backup-lsn-stop'] } }),
    info: { size: said['backup-info-size'], repository: { delta: said['backup-info-repo-size-delta'] } },
    timestamp: { start: said['backup-timestamp-start'], stop: said['backup-timestamp-stop'] },
  };
}

function parsed(name: string, json: string): { readonly [key: string]: unknown } {
  try {
    return JSON.parse(json.replaceAll(/("db-system-id":)(\d+)/g, '$1"$2"')) as { [key: string]: unknown };
  } catch {
    throw new Damage(name, 'it has a value that is no JSON');
  }
}
