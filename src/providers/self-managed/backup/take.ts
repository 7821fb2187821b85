import { backupKey, doneKey, type System } from '../../../backups/layout.ts';
import type { PostgresBackupRecord } from '../../../core/backup.ts';
import { Fault } from '../../../core/errors.ts';
import type { CopyWork } from '../../../targets/backups.ts';
import { identifySystem } from '../replication/commands.ts';
import type { ReplicationConnection } from '../replication/connection.ts';
import { backupCommand, checkpointFor } from './command.ts';
import { lookAround, type Looked } from './look.ts';
import { openMember } from './open.ts';
import { uploadManifest } from './parent.ts';
import { receive, type Received } from './receive.ts';
import { Refused, refusalOf } from './refusal.ts';
import type { BackupSite } from './site.ts';

type Taken = { done: PostgresBackupRecord } | { refused: string };

/** How much longer than it should take a checkpoint is waited for, while the server says nothing. */
const CHECKPOINT_GRACE_MS = 300_000;

/** Takes a backup of whom `look` chooses; with a parent only what changed since. `done.json` is written last, after every check. */
export async function takeBackup(site: BackupSite, work: CopyWork, parent?: PostgresBackupRecord): Promise<Taken> {
  const looked = await lookAround(site);
  if ('refused' in looked) return looked;
  const signal = aborts(work.signal);
  let connection: ReplicationConnection | undefined;
  try {
    if (parent) demandSameSystem(looked, parent);
    connection = await openMember(site, looked.look.member);
    return { done: await copy(connection, site, looked, { ...work, signal }, parent) };
  } catch (thrown) {
    return refusalOf(thrown, looked.look.member);
  } finally {
    connection?.close();
  }
}

async function copy(
  connection: ReplicationConnection,
  { spec }: BackupSite,
  { look, facts }: Looked,
  work: CopyWork,
  parent: PostgresBackupRecord | undefined,
): Promise<PostgresBackupRecord> {
  const startedAt = new Date().toISOString();
  const { systemId } = await identifySystem(connection);
  if (systemId !== look.systemId) throw new Refused(`${look.member} is another system than a moment ago. Look again.`);
  connection.allowSilence(facts.spreadSeconds * 1000 + CHECKPOINT_GRACE_MS);
  const place: System = { target: spec.name, engine: 'postgres', systemId, major: majorOf(look.serverVersion) };
  if (parent) await uploadManifest(connection, work, place, parent);
  const { label, maxRateBytes, compression, run } = work;
  const kind = parent ? 'incremental' : 'full';
  const rate = maxRateBytes === undefined ? {} : { maxRateBytes };
  const command = backupCommand({ label, checkpoint: checkpointFor(facts), kind, ...rate });
  const received: Received = await receive(
    connection,
    { command, key: backupKey(place, label), systemId, facts },
    work,
  );
  const record: PostgresBackupRecord = {
    version: 1,
    label,
    target: spec.name,
    engine: 'postgres',
    kind,
    ...(parent ? { parent: parent.label } : {}),
    member: look.member,
    startedAt,
    endedAt: new Date().toISOString(),
    compression,
    run,
    systemId,
    serverVersion: look.serverVersion,
    ...received,
  };
  await writeDone(work, doneKey(place, label), record);
  return record;
}

/** After this it is a backup. */
async function writeDone({ store, signal }: CopyWork, key: string, record: PostgresBackupRecord): Promise<void> {
  signal.throwIfAborted();
  const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  const { created } = await store.put(key, once(bytes));
  if (!created) throw new Refused(`There is a backup of the name ${record.label} already. Take it again.`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function demandSameSystem({ look }: Looked, parent: PostgresBackupRecord): void {
  if (look.whyNoIncrement !== undefined) throw new Refused(`${look.member}: ${look.whyNoIncrement}`);
  if (parent.systemId !== look.systemId) {
    throw new Refused(
      `${parent.label} is of another database system (${parent.systemId}) than ${look.member} (${look.systemId}). Take a full backup.`,
    );
  }
  if (majorOf(parent.serverVersion) === majorOf(look.serverVersion)) return;
  throw new Refused(`${parent.label} is of another major version than ${look.member}. Take a full backup.`);
}

function majorOf(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000);
}

/** The same signal, with a fault for its reason. */
function aborts(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    const { reason } = signal as { reason: unknown };
    const given = new Fault('timed_out', 'the backup was given up before it was whole', { cause: reason });
    controller.abort(reason instanceof Fault ? reason : given);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
