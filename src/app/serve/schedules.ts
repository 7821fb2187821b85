import type { ScheduleSpec } from '../../config/config.ts';
import { systemClock, type Clock } from '../../runtime/clock.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import { startScheduler } from '../../runtime/scheduler.ts';
import type { Log } from '../logger.ts';
import { MINUTE_TICK } from '../schedule-door.ts';
import { SCHEDULE_FUNCTION } from './functions.ts';

/** What EventBridge Scheduler is told on AWS, in infra/schedules.generated.yml. */
const CONTEXT_TIME = '<aws.scheduler.scheduled-time>';

/**
 * The schedules of nightshift.yaml. A due job is written down before it is forgotten, so it survives the process; of those that
 * passed while the process was not there, within a day, each is made up for once. Answers a function that stops them.
 */
export function startSchedules(
  schedules: readonly ScheduleSpec[],
  { durable, log, clock = systemClock }: { durable: Pick<Durable, 'enqueue' | 'schedules'>; log: Log; clock?: Clock },
): () => void {
  const due = schedules.map(({ name, expression, timezone }) => ({
    name,
    expression,
    timeZone: timezone,
    input: { schedule: name, scheduledAt: CONTEXT_TIME },
  }));
  const wanted = [...due, { name: 'every-minute', expression: 'rate(1 minute)', timeZone: 'UTC', input: MINUTE_TICK }];
  return startScheduler(wanted, {
    memory: durable.schedules,
    clock,
    fire({ schedule, payload }) {
      if (schedule.input !== MINUTE_TICK) log('info', 'schedule is due', { schedule: schedule.name });
      durable.enqueue(SCHEDULE_FUNCTION, JSON.stringify(payload));
    },
  });
}
