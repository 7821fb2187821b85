import { sizeOfRatio, type Changed } from '../../core/changed.ts';
import { bytesText, durationText } from '../wording.ts';
import { explainedBySetting } from './setting-causes.ts';

/** A value, its built-in default, and its unit, as pg_settings has them. */
type Value = readonly [setting: string | null, builtIn: string | null, unit: string | null];
export type RunsWith = {
  /** What is not as it is built in, by name. */
  changed: { readonly [name: string]: Value };
  /** When the configuration was read last. */
  loadedAt: string | null;
};
/** A value that a role or a database has of its own. */
export type SetForSome = { role: string | null; database: string | null; name: string; value: string };

/** Texts that never hold a password, a path or an address; of all others that are texts nothing is kept. */
const HARMLESS = `('shared_preload_libraries', 'session_preload_libraries', 'synchronous_standby_names', 'search_path',
  'default_tablespace', 'temp_tablespaces', 'default_table_access_method')`;

/**
 * Columns over pg_settings. What our own session or role brought along is not the server's.
 * https://www.postgresql.org/docs/current/view-pg-settings.html
 */
export const RUNS_WITH = `
  coalesce(jsonb_object_agg(name, jsonb_build_array(setting, boot_val, unit)) filter (
    where setting is distinct from boot_val and (vartype <> 'string' or name in ${HARMLESS})
      and source not in ('default', 'client', 'session', 'interactive', 'override', 'user', 'database user', 'test')), '{}') as changed,
  pg_conf_load_time() as "loadedAt"`;

/** https://www.postgresql.org/docs/current/catalog-pg-db-role-setting.html */
export const SET_FOR_SOME = `
  select r.rolname as role, d.datname as database, s.name, left(substr(one, strpos(one, '=') + 1), 200) as value
    from pg_db_role_setting c left join pg_database d on d.oid = c.setdatabase left join pg_roles r on r.oid = c.setrole
   cross join lateral unnest(c.setconfig) one
    join pg_settings s on s.name = lower(split_part(one, '=', 1)) and (s.vartype <> 'string' or s.name in ${HARMLESS})
   where r.rolname is distinct from current_user
   order by 1 nulls first, 2 nulls first, 3 limit 50`;

type Sample = RunsWith & { setFor: readonly SetForSome[] };

/** Pure: the settings that are otherwise than at the good look, of the server and of single roles and databases. */
export function settingChanges(good: Sample, now: Sample, goodAt: string): Changed[] {
  const names = [...new Set([...Object.keys(good.changed), ...Object.keys(now.changed)])].toSorted();
  const at = now.loadedAt !== null && now.loadedAt > goodAt ? { at: now.loadedAt } : {};
  const ofServer = names.flatMap((name) => {
    const [then, is] = [good.changed[name], now.changed[name]];
    // The value that is built in is known from whichever look had another one.
    const builtIn: Value = [is?.[1] ?? then?.[1] ?? null, null, is?.[2] ?? then?.[2] ?? null];
    const [from, to] = [then ?? builtIn, is ?? builtIn];
    if (from[0] === to[0]) return [];
    const sentence = `\`${name}\` ${valueText(from)} → ${valueText(to)}`;
    return [
      { id: `setting:${name}`, kind: 'setting' as const, sentence, size: sizeOf(from, to), ...about(name), ...at },
    ];
  });
  return [...ofServer, ...changesForSome(good.setFor, now.setFor)];
}

function changesForSome(good: readonly SetForSome[], now: readonly SetForSome[]): Changed[] {
  const whom = ({ role, database }: SetForSome) =>
    [role === null ? '' : `role ${role}`, database === null ? '' : `database ${database}`].filter(Boolean).join(' in ');
  const keyed = (all: readonly SetForSome[]) => new Map(all.map((one) => [`${whom(one)}:${one.name}`, one]));
  const [then, is] = [keyed(good), keyed(now)];
  return [...new Set([...then.keys(), ...is.keys()])].toSorted().flatMap((key) => {
    const [from, to] = [then.get(key), is.get(key)];
    const one = to ?? from;
    if (!one || from?.value === to?.value) return [];
    const sentence = `\`${one.name}\` of ${whom(one)} ${from?.value ?? 'not set'} → ${to?.value ?? 'not set'}`;
    return [{ id: `setting:${key}`, kind: 'setting' as const, sentence, size: 0.5, ...about(one.name) }];
  });
}

function about(name: string): Pick<Changed, 'explains' | 'objects'> {
  const explains = explainedBySetting(name);
  return { ...(explains ? { explains } : {}), objects: [name] };
}

/** Numbers by how many times they grew or shrank; a switch is as large as it gets. */
function sizeOf([from]: Value, [to]: Value): number {
  const [was, is] = [Number(from), Number(to)];
  if (!Number.isFinite(was) || !Number.isFinite(is) || from === null || to === null) return 0.8;
  if (was <= 0 || is <= 0) return 0.8;
  return Math.max(0.3, sizeOfRatio(Math.max(was / is, is / was)));
}

const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, '8kB': 8192, MB: 1024 ** 2, '16MB': 16 * 1024 ** 2 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

function valueText([setting, , unit]: Value): string {
  if (setting === null || setting === '') return 'nothing';
  const value = Number(setting);
  const [bytes, seconds] = [BYTES[unit ?? ''], SECONDS[unit ?? '']];
  // -1 and 0 have meanings of their own.
  if (unit === null || !Number.isFinite(value) || value <= 0) return setting.slice(0, 80);
  if (bytes !== undefined) return bytesText(value * bytes);
  if (unit === 'ms' && value >= 1000) return durationText(value / 1000);
  return seconds === undefined ? `${setting} ${unit}` : durationText(value * seconds);
}
