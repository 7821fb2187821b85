import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Fault } from '../../../core/errors.ts';
import type { Ask } from './sessions.ts';

/**
 * A standby of this name there is none, so that with it as the only synchronous standby no commit is acknowledged.
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
 */
export const HOLD_NAME = '"nightshift holds the writes"';

/** Stands for a setting that postgresql.auto.conf does not have; no value of either setting looks so. */
export const NOT_THERE = 'not in postgresql.auto.conf';

/** What postgresql.auto.conf says of the two settings that hold writes, or NOT_THERE. */
export type HeldSettings = { synchronous_standby_names: string; default_transaction_read_only: string };
type Name = keyof HeldSettings;

export const heldNames = [
  'synchronous_standby_names',
  'default_transaction_read_only',
] as const satisfies readonly Name[];

/** The file, not what runs: a value may wait there for a reload. https://www.postgresql.org/docs/current/view-pg-file-settings.html */
const IN_FILE = `
  select name, setting from pg_file_settings
   where name in ('synchronous_standby_names', 'default_transaction_read_only') and sourcefile like '%/postgresql.auto.conf'
   order by seqno`;

export async function readHeldSettings(ask: Ask): Promise<HeldSettings> {
  const rows = await ask<{ name: Name; setting: string }>(IN_FILE);
  const said = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  return {
    synchronous_standby_names: said['synchronous_standby_names'] ?? NOT_THERE,
    default_transaction_read_only: said['default_transaction_read_only'] ?? NOT_THERE,
  };
}

/** Held for good: also after a reload or a restart by somebody else. */
export function isHeld(settings: HeldSettings): boolean {
  return settings.synchronous_standby_names === HOLD_NAME;
}

/**
 * Writes one of the settings into postgresql.auto.conf, or takes it out; nothing runs with it before a reload.
 * https://www.postgresql.org/docs/current/sql-altersystem.html: it takes no parameters, and no transaction around it.
 */
export async function writeSetting(ask: Ask, name: Name, value: string): Promise<void> {
  const change = value === NOT_THERE ? `reset ${name}` : `set ${name} = ${pg.escapeLiteral(value)}`;
  await ask(`alter system ${change}`);
}

/**
 * What we wrote is as it was again; the name that holds last, so that who dies in between is found to hold still. A file that is right
 * already is not written, so that the reload is reached also where the disk is full.
 */
export async function restoreSettings(ask: Ask, before: HeldSettings): Promise<void> {
  for (const name of toRestore(await readHeldSettings(ask), before)) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await writeSetting(ask, name, before[name]);
  }
  await reload(ask);
}

/** Pure: which settings a hold has left in the file, in the order to write them. What somebody else has set since is his. */
export function toRestore(inFile: HeldSettings, before: HeldSettings): Name[] {
  if (!isHeld(inFile)) return [];
  const ours = inFile.default_transaction_read_only === 'on' && before.default_transaction_read_only !== 'on';
  return [...(ours ? ['default_transaction_read_only' as const] : []), 'synchronous_standby_names'];
}

/** Held for good: no commit is acknowledged, and sessions that begin after the time that is returned may only read. */
export async function writeHold(ask: Ask): Promise<string> {
  await writeSetting(ask, 'synchronous_standby_names', HOLD_NAME);
  await writeSetting(ask, 'default_transaction_read_only', 'on');
  return reload(ask);
}

/** Of the session that asks: it reads the files again after the server itself has, which new sessions get their settings from. */
const LOADED = `select pg_conf_load_time()::text as loaded, clock_timestamp()::text as now`;
const RELOAD_PATIENCE_MS = 3000;

/** Reads the files again; resolves with the server's time when that is done. Throws a Fault `timed_out`. */
export async function reload(ask: Ask): Promise<string> {
  const before = await loadTime(ask);
  await ask('select pg_reload_conf()');
  for (const untilMs = performance.now() + RELOAD_PATIENCE_MS; performance.now() < untilMs;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const { loaded, now } = await loadTime(ask);
    if (loaded !== before.loaded) return now;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(3);
  }
  throw new Fault('timed_out', 'the server did not read its settings again');
}

async function loadTime(ask: Ask): Promise<{ loaded: string; now: string }> {
  const [row] = await ask<{ loaded: string; now: string }>(LOADED);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}
