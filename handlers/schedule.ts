import { scheduleDoor } from '../src/app/schedule-door.ts';

/** EventBridge Scheduler: `{ schedule, scheduledAt }`. */
export async function handler(event: unknown) {
  return (await scheduleDoor())(event);
}
