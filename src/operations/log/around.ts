import type { RunContext, TargetName } from '../../core/operation.ts';
import type { Report } from '../../core/report.ts';
import { askLogs, type logSteps } from './ask.ts';
import type { LogLook } from './look.ts';
import { logReport } from './report.ts';

/** A monitoring system rings minutes after it began. */
const BEFORE_SECONDS = 600;
const AFTER_SECONDS = 1200;
/** A server that recovers from a crash takes nobody for a moment, and its log is what everybody wants then. */
const MOST_LOOKS = 3;
const BETWEEN_LOOKS_SECONDS = 2;

/** The ten minutes of the clock in which an alarm falls: `2026-11-28T02:1`. All of them share one excerpt. */
export function tenMinutesOf(alarmAt: string): string {
  return alarmAt.slice(0, 'yyyy-mm-ddThh:m'.length);
}

/** What the servers of a target wrote around an alarm, at an ISO time in UTC. */
export async function logAround(
  context: Pick<RunContext<typeof logSteps>, 'steps' | 'sleep' | 'startedAt'>,
  target: TargetName,
  alarmAt: string,
): Promise<Report> {
  const { startedAt } = context;
  const began = `${tenMinutesOf(alarmAt)}0:00Z`;
  const asked = { from: earlier(began, BEFORE_SECONDS), until: earlier(began, -AFTER_SECONDS), member: null };
  let look = await askLogs(context, target, asked);
  for (let n = 1; n < MOST_LOOKS && isBlind(look); n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await context.sleep(`before look ${n + 1} at the log`, BETWEEN_LOOKS_SECONDS);
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    look = await askLogs(context, target, asked);
  }
  return logReport(target.name, look, asked, startedAt);
}

/** Somebody did not answer who might in a moment. What is skipped stays so. */
function isBlind({ members, unreached }: LogLook): boolean {
  return unreached.length > 0 || members.some(({ seen }) => 'unreliable' in seen);
}

function earlier(at: string, seconds: number): string {
  return new Date(Date.parse(at) - seconds * 1000).toISOString();
}
