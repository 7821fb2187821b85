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
  if (sender) return { bytes, seconds: sender.lagSeconds ?? silenceOf(sender), measured: true };
  return { bytes, seconds: said?.replayedSecondsAgo ?? null, measured: false };
}

/** A standby that hangs measures nothing any more; what it has not replayed is at least as old as its last word. */
function silenceOf({ replySecondsAgo }: NonNullable<Replica['sender']>): number | null {
  return replySecondsAgo !== null && replySecondsAgo >= MUTE_SECONDS ? replySecondsAgo : null;
}

/** Three times wal_receiver_status_interval. */
const MUTE_SECONDS = 30;

/** What is wrong with one replica, if anything. */
export function verdictOf(replica: Replica, sample: ReplicationSample, limits: LagLimits): Finding | undefined {
  const { name, said } = replica;
  const lag = lagOf(replica, sample.positionBytes);
  if (said === null) {
    if (!isConnected(replica, sample)) return missing(replica, sample);
    return mute(replica, lag, sample) ?? tooFar(replica, lag, limits);
  }
  if (!said.inRecovery) return said.closed ? former(replica, sample) : parted(replica, sample);
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

function parted(replica: Replica, { primary }: ReplicationSample): Finding {
  const sentence = `${replica.name} takes writes although ${primary} does too: the two have parted.`;
  const next = 'Decide which one is right, and keep clients from the other before anything else.';
  return finding(replica, 'critical', sentence, { next });
}

/** As a switchover leaves the old primary where nobody on its host makes it a standby. */
function former(replica: Replica, { primary }: ReplicationSample): Finding {
  const { name } = replica;
  const sentence = `${name} is no replica of ${primary} but a former primary: it refuses writes, and its rows grow old.`;
  const next = `On the host of ${name} stop the server and make it a standby of ${primary}; until then there is nothing to fail over to.`;
  return finding(replica, 'critical', sentence, { next });
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

/** The connection stands and nothing comes back: the primary cuts it only after wal_sender_timeout. */
function mute(replica: Replica, lag: Lag, { primary }: ReplicationSample): Finding | undefined {
  const quietSeconds = replica.sender ? silenceOf(replica.sender) : null;
  if (quietSeconds === null || lag.bytes === 0) return undefined;
  const sentence = `Replica ${replica.name} holds its connection to ${primary} and has said nothing for ${durationText(quietSeconds)} (limit ${durationText(MUTE_SECONDS)}); it is ${lagText(lag)} behind.`;
  return finding(replica, 'critical', sentence, {
    next: `Look whether the server of ${replica.name} hangs (frozen process, dead disk); do not fail over to it as it is.`,
  });
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
  const { severity } = crossed;
  const limitText = 'limitSeconds' in crossed ? durationText(crossed.limitSeconds) : bytesText(crossed.limitBytes);
  const sentence = `Replica ${replica.name} is ${lagText(lag)} behind (${severity} at ${limitText}).`;
  const next = 'Look for a long query on the replica or a bulk change on the primary; it catches up by itself if not.';
  return {
    ...finding(replica, severity, sentence, { next }),
    measure:
      'limitSeconds' in crossed
        ? { value: Math.round(lag.seconds ?? 0), unit: 's', limit: crossed.limitSeconds, step: 30 }
        : { value: lag.bytes ?? 0, unit: 'bytes', limit: crossed.limitBytes, step: 1024 ** 3 },
  };
}

function crossedLimit({ bytes, seconds, measured }: Lag, limits: LagLimits): Crossed | undefined {
  if (bytes === null || bytes === 0) return undefined;
  const { criticalSeconds, criticalBytes, warningSeconds, warningBytes, staleSeconds } = limits;
  if (seconds === null) return bytes >= criticalBytes ? { severity: 'warning', limitBytes: criticalBytes } : undefined;
  if (seconds >= criticalSeconds && bytes >= criticalBytes)
    return { severity: 'critical', limitSeconds: criticalSeconds };
  if (seconds >= warningSeconds && bytes >= warningBytes) return { severity: 'warning', limitSeconds: warningSeconds };
  return measured && seconds >= staleSeconds ? { severity: 'warning', limitSeconds: staleSeconds } : undefined;
}

type Crossed = { severity: Severity } & ({ limitSeconds: number } | { limitBytes: number });

function finding(replica: Replica, severity: Severity, sentence: string, { next }: { next: string }): Finding {
  return { key: `postgres.replication-lag:${replica.name}`, severity, sentence, evidence: replica, next };
}

function lagText({ bytes, seconds, measured }: Lag): string {
  if (bytes === null) return 'an unknown distance';
  if (seconds === null) return bytesText(bytes);
  return `${bytesText(bytes)} and ${measured ? '' : 'at most '}${durationText(seconds)}`;
}
