import { alarmDoor } from '../src/app/alarm-door.ts';

/** CloudWatch alarm state changes from EventBridge, from SNS, or from the alarm itself. */
export async function handler(event: unknown) {
  return (await alarmDoor())(event);
}
