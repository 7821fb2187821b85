import type { WindowEntry } from './quiet-schema.ts';
import { localMoment, timeOfDay, type WindowSpec } from './windows.ts';

/** A verified window as the rest of the house sees it. */
export function windowSpec([name, entry]: [string, WindowEntry]): WindowSpec {
  const { target, environment, timezone, weekly, dates, expects, holdsBack } = entry;
  return {
    name,
    subject: target ?? environment ?? '',
    timezone,
    weekly: weekly.map(({ days, from, to }) => ({ days, from: timeOfDay(from) ?? 0, to: timeOfDay(to) ?? 0 })),
    dates: dates.flatMap((date) => {
      const [from, to] = [localMoment(date.from), localMoment(date.to)];
      return from && to ? [{ from, to }] : [];
    }),
    expects,
    holdsBack,
  };
}
