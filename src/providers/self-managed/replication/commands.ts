import { Fault } from '../../../core/errors.ts';
import type { ReplicationConnection } from './connection.ts';

/** Commands: https://www.postgresql.org/docs/current/protocol-replication.html */

/** `lsn` is where its WAL is flushed to, on a standby where it was replayed or received to. */
export type SystemIdentity = { systemId: string; timeline: number; lsn: string };

export async function identifySystem(connection: ReplicationConnection): Promise<SystemIdentity> {
  const [[[systemId, timeline, lsn] = []] = []] = await connection.ask('IDENTIFY_SYSTEM');
  if (!systemId || !timeline || !lsn) throw new Fault('unsupported', 'the server does not say which system it is');
  return { systemId, timeline: Number(timeline), lsn };
}

/** The value of a setting, as SHOW gives it. The name is one of ours, never somebody's input. */
export async function showSetting(connection: ReplicationConnection, name: string): Promise<string> {
  const [[[value] = []] = []] = await connection.ask(`SHOW ${name}`);
  return value ?? '';
}

/** A timeline's history file: its name and what it says. */
export async function timelineHistory(
  connection: ReplicationConnection,
  timeline: number,
): Promise<{ name: string; content: string }> {
  const [[[name, content] = []] = []] = await connection.ask(`TIMELINE_HISTORY ${timeline}`);
  if (!name || !content) throw new Fault('unsupported', `the server has no history of timeline ${timeline}`);
  return { name, content };
}

/** Where a physical slot stands; undefined where there is none of this name. 15+. */
export async function readSlot(
  connection: ReplicationConnection,
  name: string,
): Promise<{ restartLsn: string | null; timeline: number | null } | undefined> {
  const [[[type, restartLsn, timeline] = []] = []] = await connection.ask(`READ_REPLICATION_SLOT ${quoted(name)}`);
  if (!type) return undefined;
  return { restartLsn: restartLsn ?? null, timeline: timeline == null ? null : Number(timeline) };
}

/** Makes a physical slot that keeps WAL from now on, not only from the first use. 15+. */
export async function createPhysicalSlot(connection: ReplicationConnection, name: string): Promise<void> {
  await connection.ask(`CREATE_REPLICATION_SLOT ${quoted(name)} PHYSICAL (RESERVE_WAL true)`);
}

/** A name of a slot; the server takes lower case letters, digits and underscores. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
