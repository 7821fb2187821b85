import { randomUUID } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './functions.ts';

/**
 * The payload of one firing: the schedule's input with Scheduler's context attributes filled in.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function scheduleInput(name: string, input: unknown, scheduledMs: number): unknown {
  const scheduleArn = `arn:aws:scheduler:${LOCAL_REGION}:${LOCAL_ACCOUNT}:schedule/default/${name}`;
  const time = new Date(scheduledMs).toISOString().replace(/\.\d+Z$/, 'Z');
  if (input === undefined) return emptyInput(scheduleArn, time);
  const attributes: { readonly [attribute: string]: string } = {
    'schedule-arn': scheduleArn,
    'scheduled-time': time,
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  const text = JSON.stringify(input);
  return JSON.parse(
    text.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, attribute: string) => attributes[attribute] ?? all),
  );
}

/** What a Lambda target gets when the schedule has no input. */
function emptyInput(scheduleArn: string, time: string) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: LOCAL_ACCOUNT,
    time,
    region: LOCAL_REGION,
    resources: [scheduleArn],
    detail: '{}',
  };
}
