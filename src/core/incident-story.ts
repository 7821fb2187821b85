import type { RunStory } from './run-record.ts';

/** What is on record of the trouble of one target; times are ISO, each list has the oldest first. */
export type IncidentStory = {
  target: string;
  openedAt: string;
  /** Absent while it is open. */
  resolvedAt?: string;
  alarms: readonly { at: string; alarm: string; state: string; reason: string }[];
  /** What the provider said of the target meanwhile. */
  events: readonly { at: string; source: string; message: string }[];
  /** Those on the target, from the first alarm to an hour after the last one was over. */
  runs: readonly RunStory[];
};
