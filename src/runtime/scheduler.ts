import type { Clock } from './clock.ts';
import { parseScheduleExpression, type ScheduleExpression } from './schedule-expression.ts';
import { scheduleInput } from './schedule-input.ts';

/** One schedule of EventBridge Scheduler; `expression` is cron(…), rate(…) or at(…) in an IANA time zone. */
export type Schedule = { name: string; expression: string; timeZone: string; input: unknown };
/** Where "until when was this looked after" is kept, so that a restart neither repeats nor loses a time. */
export type ScheduleMemory = { last(name: string): number | undefined; remember(name: string, lastMs: number): void };
export type Firing<S extends Schedule> = { schedule: S; scheduledMs: number; payload: unknown };

/** Scheduler gives up on an invocation after a day (MaximumEventAgeInSeconds 86400): older times are not caught up. */
export const CATCH_UP_MS = 86_400_000;

/**
 * Fires schedules as EventBridge Scheduler does. Times that passed while the machine slept or the process was not there are
 * caught up once, with the youngest of them. A firing is remembered after `fire` returned, so it happens at least once.
 * Answers a function that stops it. Throws an `invalid_request` fault for a wrong expression.
 */
export function startScheduler<S extends Schedule>(
  schedules: readonly S[],
  { memory, clock, fire }: { memory: ScheduleMemory; clock: Clock; fire: (firing: Firing<S>) => void },
): () => void {
  const parsed = schedules.map((schedule) => ({
    schedule,
    expression: parseScheduleExpression(schedule.expression, schedule.timeZone),
  }));
  const cancels = new Map<S, () => void>();
  function look(schedule: S, expression: ScheduleExpression): void {
    const nowMs = clock.now();
    const lastMs = memory.last(schedule.name);
    const { fireMs, lookedMs } = dueTime(expression, lastMs, nowMs);
    if (fireMs !== undefined)
      fire({ schedule, scheduledMs: fireMs, payload: scheduleInput(schedule.name, schedule.input, fireMs) });
    if (lookedMs !== lastMs) memory.remember(schedule.name, lookedMs);
    const nextMs = expression.next(lookedMs);
    if (nextMs !== undefined)
      cancels.set(
        schedule,
        clock.at(nextMs, () => look(schedule, expression)),
      );
  }
  for (const { schedule, expression } of parsed) look(schedule, expression);
  return () => {
    for (const cancel of cancels.values()) cancel();
  };
}

/** The time to fire for now, if there is one, and until when the schedule is looked after then. */
export function dueTime(
  expression: ScheduleExpression,
  lastMs: number | undefined,
  nowMs: number,
): { fireMs?: number; lookedMs: number } {
  if (lastMs === undefined) return expression.startsAtOnce ? { fireMs: nowMs, lookedMs: nowMs } : { lookedMs: nowMs };
  const missedMs = expression.missed(lastMs, nowMs);
  if (missedMs === undefined) return { lookedMs: lastMs };
  return missedMs < nowMs - CATCH_UP_MS ? { lookedMs: missedMs } : { fireMs: missedMs, lookedMs: missedMs };
}
