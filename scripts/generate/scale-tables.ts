import { perTarget, spread } from '../../src/local/scale/per-target.ts';
import type { DayUsage } from '../../src/local/scale/simulate.ts';

/** What `npm run scale -- --write` keeps in docs/scale-measured.json. */
export type Measured = {
  /** YYYY-MM-DD */
  measuredOn: string;
  machine: string;
  node: string;
  days: readonly DayUsage[];
  /** The nightly report of environments that are large. */
  wide: readonly DayUsage[];
};

/** The measured days as Markdown. */
export function measuredTables(measured: Measured): string {
  return JSON.stringify(measured.days.map(perTarget)) + JSON.stringify(spread(measured.days));
}
