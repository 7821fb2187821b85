import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, percentText } from '../wording.ts';
import { RUNS_WITH, settingChanges, SET_FOR_SOME, type RunsWith, type SetForSome } from './setting-changes.ts';
import { askPrimary } from './visibility.ts';
import { ALARMING, ASKED, BLINDING, type Settings } from './setting-rules.ts';

/**
 * What the server runs with. statement_timeout and lock_timeout are not judged: our own session sets them, and nobody but a
 * superuser sees what the others get. random_page_cost is not either: no one can tell from here what the disk is.
 * https://www.postgresql.org/docs/current/view-pg-settings.html
 */
const SETTINGS = `
  select coalesce(jsonb_object_agg(name, setting) filter (where name = any($1::text[])), '{}') as settings,
         coalesce(array_agg(name order by name) filter (where pending_restart), '{}') as pending,
         exists (select from pg_proc where proname = 'aurora_version') as "storageOfItsOwn", ${RUNS_WITH}
    from pg_settings`;

/** `storageOfItsOwn`: Aurora, which writes pages in another way and sets fsync and full_page_writes as it likes. */
type Judged = { settings: Settings; pending: readonly string[]; storageOfItsOwn: boolean };
type Sample = Judged & RunsWith & { setFor: readonly SetForSome[] };

const Limits = z.strictObject({
  /** Memory of the server's machine; 0: not known, so nothing is said about work_mem and shared_buffers. */
  memoryBytes: z.number().min(0).default(0),
  /** Of memoryBytes: shared_buffers, and work_mem once for each connection. Some queries take it several times. */
  infoMemoryRatio: z.number().min(0).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Which settings are dangerous, and which leave diagnosis in the dark? */
export const settings = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.settings',
  engine: 'postgres',
  title: 'Settings that endanger data or hide causes',
  why: 'Some settings lose data in the next crash; others leave the log empty on the night when somebody needs it.',
  explainedBy: ['setting', 'restart', 'failover'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => {
        const [[row], setFor] = await Promise.all([
          primary.query<Judged & RunsWith>(SETTINGS, [ASKED]),
          primary.query<SetForSome>(SET_FOR_SOME),
        ]);
        const none = { settings: {}, pending: [], storageOfItsOwn: false, changed: {}, loadedAt: null };
        return { ...(row ?? none), setFor };
      }),
  },
  judge: ({ read }, _before, limits) => [
    ...alarming(read),
    ...blinding(read),
    ...memory(read, limits),
    ...waiting(read),
  ],
  changes: (good, now) => settingChanges(good.samples.read, now.samples.read, good.at),
});

function alarming({ settings: now, storageOfItsOwn }: Judged): Finding[] {
  return ALARMING.filter((rule) => now[rule.name] === rule.value && !(rule.storage && storageOfItsOwn)).map((rule) => ({
    key: `postgres.settings:${rule.name}`,
    severity: rule.severity,
    sentence: `${rule.name} is ${rule.value}: ${rule.effect}.`,
    evidence: { [rule.name]: rule.value },
    next: `${rule.next} ALTER SYSTEM SET ${rule.name} = ${rule.better}; SELECT pg_reload_conf(); or in the parameter group.`,
  }));
}

/** One finding for all of them: they are mended together, in one minute. */
function blinding({ settings: now }: Judged): Finding[] {
  const found = BLINDING.filter((rule) => rule.values.includes(now[rule.name] ?? '') && !rule.unless?.(now));
  if (found.length === 0) return [];
  return [
    {
      key: 'postgres.settings:blind',
      severity: 'info',
      sentence: `${found.length} of ${BLINDING.length} settings that explain an incident are off: ${found.map(({ name, hides }) => `${name} (${hides})`).join(', ')}.`,
      measure: { value: found.length, unit: 'settings', limit: 0, step: 1 },
      evidence: Object.fromEntries(found.map(({ name }) => [name, now[name] ?? null])),
      // Values stand outside of any statement: the mask would take them for literals.
      next: `Switch these on with ALTER SYSTEM SET and SELECT pg_reload_conf(), or in the parameter group; none needs a restart: ${found.map(({ name, better }) => `${name} = ${better}`).join(', ')}.`,
    },
  ];
}

function memory({ settings: now }: Judged, { memoryBytes, infoMemoryRatio }: Limits): Finding[] {
  if (memoryBytes === 0) return [];
  const bufferBytes = Number(now['shared_buffers'] ?? 0) * Number(now['block_size'] ?? 8192);
  const workBytes = Number(now['work_mem'] ?? 0) * 1024;
  const connections = Number(now['max_connections'] ?? 0);
  const needed = bufferBytes + workBytes * connections;
  const ratio = needed / memoryBytes;
  if (ratio < infoMemoryRatio) return [];
  return [
    {
      key: 'postgres.settings:memory',
      severity: 'info',
      sentence: `shared_buffers (${bytesText(bufferBytes)}) and work_mem (${bytesText(workBytes)}) for each of ${connections} connections are ${bytesText(needed)}, ${percentText(ratio)} of ${bytesText(memoryBytes)} of memory (told from ${percentText(infoMemoryRatio)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: infoMemoryRatio * 100, step: 25 },
      evidence: { bufferBytes, workBytes, connections, memoryBytes },
      next: 'Lower max_connections with a pooler before the server, or work_mem for all and raise it for the roles that need it.',
    },
  ];
}

function waiting({ pending }: Judged): Finding[] {
  if (pending.length === 0) return [];
  return [
    {
      key: 'postgres.settings:pending-restart',
      severity: 'info',
      sentence: `${pending.length} changed ${pending.length === 1 ? 'setting waits' : 'settings wait'} for a restart: ${pending.slice(0, 10).join(', ')}.`,
      evidence: { pending: pending.slice(0, 20) },
      next: 'Know what they will do before the next restart does it; plan one, or take the change back.',
    },
  ];
}
