import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding, Severity } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { twoLimits } from '../metric-limits.ts';
import { bytesText, capped, durationText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Slots by the WAL that they keep. inactive_since and invalidation_reason are 17+, so they are read by name.
 * https://www.postgresql.org/docs/current/view-pg-replication-slots.html
 */
const SLOTS = `
  select slot_name as slot, slot_type as type, plugin, database, active, wal_status as "walStatus",
         coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) as "retainedBytes",
         safe_wal_size as "safeBytes",
         extract(epoch from clock_timestamp() - (to_jsonb(s) ->> 'inactive_since')::timestamptz)::float8 as "inactiveSeconds",
         to_jsonb(s) ->> 'invalidation_reason' as "invalidationReason",
         (select setting::int from pg_settings where name = 'max_slot_wal_keep_size') = -1 as unlimited
    from pg_replication_slots s where not temporary order by "retainedBytes" desc`;

type Slot = {
  slot: string;
  type: string;
  plugin: string | null;
  database: string | null;
  active: boolean;
  walStatus: string | null;
  retainedBytes: number;
  safeBytes: number | null;
  /** Null while active, and before version 17. */
  inactiveSeconds: number | null;
  invalidationReason: string | null;
  unlimited: boolean;
};
type Sample = { slots: readonly Slot[]; more: number };

const GIB = 1024 ** 3;
const Limits = z.strictObject({
  warningRetainedBytes: z
    .number()
    .min(0)
    .default(5 * GIB),
  criticalRetainedBytes: z
    .number()
    .min(0)
    .default(50 * GIB),
  warningInactiveSeconds: z.number().min(0).default(3600),
  criticalInactiveSeconds: z.number().min(0).default(86_400),
  /** Until max_slot_wal_keep_size is used up at the present rate: longer than a night, and long enough to act. */
  warningLeftSeconds: z.number().min(0).default(43_200),
  criticalLeftSeconds: z.number().min(0).default(7200),
  /** How much of what it may keep a slot must keep before the rate of a minute is taken for a forecast. */
  leastFilledRatio: z.number().min(0).max(1).default(0.25),
  /** Where the server does not say since when a slot is inactive (before 17). */
  inactiveRetainedBytes: z
    .number()
    .min(0)
    .default(GIB / 4),
});
type Limits = z.infer<typeof Limits>;

/** Which slot keeps WAL that nobody fetches? */
export const replicationSlots = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.replication-slots',
  engine: 'postgres',
  title: 'Replication slots and the WAL they keep',
  why: 'A slot whose reader is gone keeps WAL until the disk is full and the primary stops.',
  explainedBy: ['failover', 'restart', 'setting', 'traffic', 'statement', 'schema'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const { shown, more } = capped(await primary.query<Slot>(SLOTS), 20);
      return { sample: { slots: shown, more } };
    },
  },

  judge: ({ read }, before, limits) =>
    read.slots.flatMap((slot) => {
      const forecast = forecastOf(slot, before);
      const severity = severityOf(slot, forecast, limits);
      return severity ? [findingOf(slot, severity, forecast, limits)] : [];
    }),

  metrics: ({ read }, _before, limits) =>
    read.slots.map(({ slot, retainedBytes, safeBytes }) => ({
      name: `slot-bytes:${slot}`,
      value: retainedBytes,
      unit: 'bytes',
      limits: twoLimits(limits.warningRetainedBytes, limits.criticalRetainedBytes),
      ...(safeBytes === null || safeBytes <= 0
        ? {}
        : {
            ceiling: { value: retainedBytes + safeBytes, what: `Slot ${slot}`, happens: 'lost', steady: true as const },
          }),
    })),

  facts({ read }) {
    const [most] = read.slots;
    return most
      ? [{ label: 'Slots', value: `${read.slots.length + read.more}, keeping up to ${bytesText(most.retainedBytes)}` }]
      : [];
  },
});

/** How fast the slot grows, and when it will be given up; a slot without a limit of its own ends with the disk, unseen here. */
type Forecast = { bytesPerSecond: number; leftSeconds: number | null };

function forecastOf(now: Slot, before: Before<{ read: Sample }> | undefined): Forecast | undefined {
  const earlier = before?.samples.read.slots.find((one) => one.slot === now.slot);
  if (!before || before.secondsAgo <= 0 || !earlier || now.retainedBytes <= earlier.retainedBytes) return undefined;
  const bytesPerSecond = (now.retainedBytes - earlier.retainedBytes) / before.secondsAgo;
  return { bytesPerSecond, leftSeconds: now.safeBytes === null ? null : Math.max(0, now.safeBytes) / bytesPerSecond };
}

/** A slot that has kept a good part of what it may, and reaches the end of it soon. */
function runsOut(slot: Slot, forecast: Forecast | undefined, withinSeconds: number, limits: Limits): boolean {
  const leftSeconds = forecast?.leftSeconds ?? Number.POSITIVE_INFINITY;
  const filled = slot.retainedBytes / Math.max(1, slot.retainedBytes + (slot.safeBytes ?? 0));
  return leftSeconds < withinSeconds && filled >= limits.leastFilledRatio;
}

function severityOf(slot: Slot, forecast: Forecast | undefined, limits: Limits): Severity | undefined {
  const { active, walStatus, retainedBytes, inactiveSeconds } = slot;
  const idleSeconds = active ? 0 : (inactiveSeconds ?? 0);
  const over = (bytes: number, seconds: number, leftSeconds: number) =>
    retainedBytes >= bytes || idleSeconds >= seconds || runsOut(slot, forecast, leftSeconds, limits);
  if (walStatus === 'lost' || walStatus === 'unreserved') return 'critical';
  if (over(limits.criticalRetainedBytes, limits.criticalInactiveSeconds, limits.criticalLeftSeconds)) return 'critical';
  if (over(limits.warningRetainedBytes, limits.warningInactiveSeconds, limits.warningLeftSeconds)) return 'warning';
  const forgotten = !active && inactiveSeconds === null && retainedBytes >= limits.inactiveRetainedBytes;
  return forgotten ? 'warning' : undefined;
}

function findingOf(slot: Slot, severity: Severity, forecast: Forecast | undefined, limits: Limits): Finding {
  const limit = severity === 'critical' ? limits.criticalRetainedBytes : limits.warningRetainedBytes;
  return {
    key: `postgres.replication-slots:${slot.slot}`,
    severity,
    sentence: `Slot \`${slot.slot}\` keeps ${bytesText(slot.retainedBytes)} of WAL${growthText(forecast)}, ${activityText(slot)}; ${fateText(slot, forecast)}.`,
    measure: { value: slot.retainedBytes, unit: 'bytes', limit, step: GIB },
    evidence: forecast ? { ...slot, ...forecast } : slot,
    next: `Find out who reads it (${readerText(slot)}) and start that again; drop the slot only when its reader is gone for good.`,
  };
}

function growthText(forecast: Forecast | undefined): string {
  return forecast ? ` (+${bytesText(forecast.bytesPerSecond * 3600)} an hour)` : '';
}

function activityText({ active, inactiveSeconds }: Slot): string {
  if (active) return 'its reader is connected';
  return inactiveSeconds === null ? 'nobody reads it' : `nobody has read it for ${durationText(inactiveSeconds)}`;
}

function fateText(
  { walStatus, safeBytes, invalidationReason, unlimited }: Slot,
  forecast: Forecast | undefined,
): string {
  if (walStatus === 'lost') return `it has lost WAL and cannot go on (${invalidationReason ?? 'removed'})`;
  if (walStatus === 'unreserved') return 'it loses WAL at the next checkpoint';
  if (unlimited) return 'nothing limits it (max_slot_wal_keep_size is -1)';
  if (safeBytes === null) return 'its limit is not known';
  const when = forecast?.leftSeconds ? `, in ${durationText(forecast.leftSeconds)} at this rate` : '';
  return `${bytesText(safeBytes)} are left before it is given up${when}`;
}

function readerText({ type, plugin, database }: Slot): string {
  return type === 'physical'
    ? 'a standby or a WAL archiver'
    : `logical, plugin ${plugin ?? '?'}, database ${database ?? '?'}`;
}
