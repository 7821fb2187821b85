/** What started a run, as facts that never change: they are the payload of the run and part of its name. */
export type Trigger =
  | { kind: 'command'; user: string; channel: string; responseUrl?: string }
  | { kind: 'button'; user: string; channel: string }
  | { kind: 'schedule'; name: string; scheduledAt: string }
  | { kind: 'alarm'; name: string; state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'; at: string; incident: string }
  | { kind: 'event'; name: string; source: string; at: string; message: string; incident?: string }
  | { kind: 'terminal'; user: string };

/** `U123`, `schedule:nightly-health`, `alarm:shop-db-lag`, `terminal:ana`. */
export function whoTriggered(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'command':
    case 'button':
      return trigger.user;
    case 'schedule':
    case 'alarm':
    case 'event':
      return `${trigger.kind}:${trigger.name}`;
    case 'terminal':
      return `terminal:${trigger.user}`;
  }
}

/** The incident in whose message a run tells; undefined for a run with a message of its own. */
export function incidentOf(trigger: Trigger): string | undefined {
  return 'incident' in trigger ? trigger.incident : undefined;
}

/** The Slack user id behind a trigger; a schedule and an alarm are nobody. Two people means two ids, however they asked. */
export function personBehind(trigger: Trigger): string | undefined {
  return 'user' in trigger ? trigger.user : undefined;
}
