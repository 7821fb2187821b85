import type { Json } from '../../core/json.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import { startScheduler } from '../../runtime/scheduler.ts';
import type { EventDoors } from './deliver-events.ts';
import type { ScheduleSource } from './event-sources.ts';

type Tools = { durable: Durable; clock: Clock; doors: EventDoors; say: (line: string) => void };

/** Starts the schedules of serverless.yml; answers a function that stops them. */
export function beginSchedules(
  schedules: readonly ScheduleSource[],
  { durable, clock, doors, say }: Tools,
): () => void {
  return startScheduler(schedules, {
    memory: durable.schedules,
    clock,
    fire({ schedule, scheduledMs, payload }) {
      if (!isTick(schedule)) say(`Schedule ${schedule.name} is due (${new Date(scheduledMs).toISOString()}).`);
      const event: Json = JSON.parse(JSON.stringify(payload));
      doors.invokeLater(schedule.functionName, event);
    },
  });
}

/** Every minute's look at what is left over is nothing to tell anybody. */
function isTick({ input }: ScheduleSource): boolean {
  return typeof input === 'object' && input !== null && 'tick' in input;
}
