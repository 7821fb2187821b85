import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { twoLimits } from '../metric-limits.ts';
import { bytesText, durationText } from '../wording.ts';
import { lagOf, verdictOf, type LagLimits } from './replica-verdict.ts';
import { lookAtReplication, type ReplicationSample } from './replica-state.ts';
import { NO_PRIMARY, whyBlind } from './visibility.ts';

const MIB = 1024 ** 2;
const Limits: z.ZodType<LagLimits> = z.strictObject({
  /** Seconds and bytes must both be over their limit: a burst is many bytes, a quiet hour is many seconds. */
  warningSeconds: z.number().min(0).default(30),
  warningBytes: z
    .number()
    .min(0)
    .default(64 * MIB),
  criticalSeconds: z.number().min(0).default(300),
  criticalBytes: z
    .number()
    .min(0)
    .default(1024 * MIB),
  /** However few bytes: readers of the replica see data this old. */
  staleSeconds: z.number().min(0).default(300),
  /** Nothing heard from the sender, although there is something to send. */
  silentSeconds: z.number().min(0).default(120),
});

/** Does every expected replica stream, and how far is it behind? */
export const replicationLag = defineCheck<PostgresTarget, { read: ReplicationSample }, LagLimits>({
  id: 'postgres.replication-lag',
  engine: 'postgres',
  title: 'Replication lag in bytes and seconds',
  why: 'A replica that does not follow serves old data and cannot take over; one that is gone shows up as no lag at all.',
  explainedBy: ['failover', 'restart', 'machine', 'setting', 'traffic', 'statement', 'schema'],
  limits: Limits,
  ask: { read: askBothSides },

  judge({ read }, _before, limits) {
    return read.replicas.flatMap((replica) => verdictOf(replica, read, limits) ?? []);
  },

  metrics: ({ read }, _before, limits) =>
    read.replicas.flatMap((replica) => {
      const { bytes, seconds, measured } = lagOf(replica, read.positionBytes);
      const { name } = replica;
      if (bytes === null) return [];
      return [
        {
          name: `lag-bytes:${name}`,
          value: bytes,
          unit: 'bytes',
          limits: twoLimits(limits.warningBytes, limits.criticalBytes),
        },
        ...(seconds === null || !measured
          ? []
          : [
              {
                name: `lag:${name}`,
                value: seconds,
                unit: 's',
                limits: twoLimits(limits.warningSeconds, limits.criticalSeconds),
              },
            ]),
      ];
    }),

  facts: ({ read }) =>
    read.replicas.map((replica) => {
      const { bytes, seconds } = lagOf(replica, read.positionBytes);
      const value = bytes === null ? 'unknown' : `${bytesText(bytes)}, ${durationText(seconds ?? 0)}`;
      return { label: `Lag of ${replica.name}`, value };
    }),
});

async function askBothSides(target: PostgresTarget): Promise<Seen<ReplicationSample>> {
  const { primary, members } = target;
  if (!primary) return NO_PRIMARY;
  const blind = (await Promise.all(members.map(blindness))).find((gap) => gap !== undefined);
  if (blind) return blind;
  const sample = await lookAtReplication(target, primary);
  return sample ? { sample } : { unreliable: 'replicas share the storage here; their lag is not read yet' };
}

async function blindness(member: PostgresTarget['members'][number]): ReturnType<typeof whyBlind> {
  try {
    return await whyBlind(member);
  } catch (thrown) {
    // A replica that dies between two questions is judged by what the primary says of it.
    if (member.inRecovery) return undefined;
    throw thrown;
  }
}
