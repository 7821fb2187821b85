import type { Finding, Severity } from '../../core/finding.ts';
import { bytesText, durationText } from '../wording.ts';
import type { Replica, ReplicationSample } from './replica-state.ts';

export type LagLimits = {
  warningSeconds: number;
  warningBytes: number;
  criticalSeconds: number;
  criticalBytes: number;
  staleSeconds: number;
  silentSeconds: number;
};

/** `measured`: the seconds were measured by the primary; otherwise they are an upper bound. */
export type Lag = { bytes: number | null; seconds: number | null; measured: boolean };

/** How far a replica is behind the primary's own position; null when nobody can say. */
export function lagOf({ said, sender }: Replica, positionBytes: number): Lag {
  const own = said?.inRecovery ? said.replayedBytes : null;
  const bytes = own === null ? (sender?.lagBytes ?? null) : Math.max(0, positionBytes - own);
  if (bytes === null) return { bytes, seconds: null, measured: false };
  if (bytes === 0) return { bytes, seconds: 0, measured: true };
  if (sender) return { bytes, seconds: sender.lagSeconds, measured: true };
  return { bytes, seconds: said?.replayedSecondsAgo ?? null, measured: false };
}

/** What is wrong with one replica, if anything. */
export function verdictOf(replica: Replica, sample: ReplicationSample, limits: LagLimits): Finding | undefined {
  const { name, said } = replica;
  const lag = lagOf(replica, sample.positionBytes);
  if (said === null) return isConnected(replica, sample) ? tooFar(replica, lag, limits) : missing(replica, sample);
  if (!said.inRecovery) {
    return finding(
      replica,
      'critical',
      `${name} takes writes although ${sample.primary} does too: the two have parted.`,
      {
        next: 'Decide which one is right, and keep clients from the other before anything else.',
      },
    );
  }
  if (said.receiver !== 'streaming') return cutOff(replica, lag, sample);
  const silentSeconds = said.silentSeconds ?? 0;
  if (silentSeconds >= limits.silentSeconds && (lag.bytes ?? 0) > 0) {
    const heard = `${name} has heard nothing from ${sample.primary} for ${durationText(silentSeconds)} (limit ${durationText(limits.silentSeconds)})`;
    return finding(replica, 'critical', `${heard} and is ${lagText(lag)} behind.`, {
      next: 'Look at the network between the two; restarting the WAL receiver is safe.',
    });
  }
  if (said.paused) {
    return finding(replica, 'warning', `Replay on ${name} is paused; it is ${lagText(lag)} behind.`, {
      next: 'Find out who paused it, then let it go on with pg_wal_replay_resume().',
    });
  }
  return tooFar(replica, lag, limits);
}

/** Known by its name, or one of the standbys that no other replica accounts for. */
function isConnected(replica: Replica, { replicas, senders }: ReplicationSample): boolean {
  if (replica.sender) return true;
  const named = new Set(replicas.map(({ sender }) => sender?.application));
  const unclaimed = senders.filter(({ application }) => !named.has(application)).length;
  const nameless = replicas.filter(({ said, sender }) => sender === null && said?.receiver === 'streaming').length;
  const unknown = replicas.filter(({ said, sender }) => sender === null && said === null).length;
  return unclaimed - nameless >= unknown;
}

function missing(replica: Replica, { primary }: ReplicationSample): Finding {
  return finding(
    replica,
    'critical',
    `Replica ${replica.name} is not connected to ${primary}: it gets nothing of what is written.`,
    {
      next: `Find out whether ${replica.name} runs; until it is back there is nothing to fail over to.`,
    },
  );
}

function cutOff(replica: Replica, lag: Lag, { primary }: ReplicationSample): Finding {
  const receiver = replica.said?.receiver ?? 'not running';
  const sentence = `Replica ${replica.name} is up but does not stream from ${primary} (WAL receiver: ${receiver}); it is ${lagText(lag)} behind and falls further.`;
  return finding(replica, 'critical', sentence, {
    next: `Look at the log of ${replica.name} and at its primary_conninfo; do not fail over to it as it is.`,
  });
}

function tooFar(replica: Replica, lag: Lag, limits: LagLimits): Finding | undefined {
  const crossed = crossedLimit(lag, limits);
  if (!crossed) return undefined;
  const { severity, limitSeconds } = crossed;
  const sentence = `Replica ${replica.name} is ${lagText(lag)} behind (${severity} at ${durationText(limitSeconds)}).`;
  const next = 'Look for a long query on the replica or a bulk change on the primary; it catches up by itself if not.';
  return {
    ...finding(replica, severity, sentence, { next }),
    measure: { value: Math.round(lag.seconds ?? 0), unit: 's', limit: limitSeconds, step: 30 },
  };
}

function crossedLimit({ bytes, seconds, measured }: Lag, limits: LagLimits): Crossed | undefined {
  if (bytes === null || seconds === null || bytes === 0) return undefined;
  const { criticalSeconds, criticalBytes, warningSeconds, warningBytes, staleSeconds } = limits;
  if (seconds >= criticalSeconds && bytes >= criticalBytes)
    return { severity: 'critical', limitSeconds: criticalSeconds };
  if (seconds >= warningSeconds && bytes >= warningBytes) return { severity: 'warning', limitSeconds: warningSeconds };
  return measured && seconds >= staleSeconds ? { severity: 'warning', limitSeconds: staleSeconds } : undefined;
}

type Crossed = { severity: Severity; limitSeconds: number };

function finding(replica: Replica, severity: Severity, sentence: string, { next }: { next: string }): Finding {
  return { key: `postgres.replication-lag:${replica.name}`, severity, sentence, evidence: replica, next };
}

function lagText({ bytes, seconds, measured }: Lag): string {
  if (bytes === null) return 'an unknown distance';
  if (seconds === null) return bytesText(bytes);
  return `${bytesText(bytes)} and ${measured ? '' : 'at most '}${durationText(seconds)}`;
}
