/** The three states of a CloudWatch alarm. */
export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** One change of one alarm, as CloudWatch tells it. `at` is the alarm's own ISO time with milliseconds, not the delivery's. */
export type AlarmChange = {
  alarm: string;
  state: AlarmState;
  at: string;
  reason: string;
  /** Of a composite alarm: the alarms for which it changed. */
  children?: readonly string[] | undefined;
};

/** The trouble of one target, from the first alarm until every alarm that joined is OK. */
export type Incident = {
  /** Names the message slot. Stays the same while the incident is open, and when it is reopened within 10 minutes. */
  id: string;
  target: string;
  openedAt: string;
  resolvedAt?: string;
  /** The alarms that joined, by name. */
  alarms: Readonly<Record<string, Omit<AlarmChange, 'alarm'>>>;
  /** Grows with every change that was kept. */
  version: number;
};

/**
 * - `opened`: a new incident, or the last one again within 10 minutes: the id says which;
 * - `updated`: the incident's message has something new to say;
 * - `resolved`: every alarm that joined is OK;
 * - `stale`: it happened before something that is known already; nothing to say;
 * - `duplicate`: this very change was kept before; nothing to say, but work that it started may be repeated;
 * - `ignored`: remembered, but there is no incident that it belongs to.
 */
export type IncidentOutcome = 'opened' | 'updated' | 'resolved' | 'stale' | 'duplicate' | 'ignored';
export type Recorded = { outcome: IncidentOutcome; incident?: Incident; version: number };
