import * as v from 'valibot';
import { defineAnswer, type AnswerContext } from '../core/operation.ts';
import { emptyReport, statuses, worst, type Report } from '../core/report.ts';

/** A look older than this says nothing about now: twice the default report interval of a day. */
const STALE_HOURS = 48;

/** One line a target, worst first, each with the age of what it says. */
export const fleet = defineAnswer({
  id: 'fleet',
  title: 'The fleet at a glance',
  why: 'Shows every target that you may see, worst first, from the last look at each; it asks no database.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({}),
  fields: [],
  examples: ['', 'fleet'],

  async answer(context) {
    const parts = (await context.latest()).map(({ target, report }) => partOf(target.name, report, context));
    const sorted = parts.toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
    const status = worst(parts.map((part) => part.status));
    const headline = parts.length === 0 ? 'no target that you may see' : countOf(parts);
    return {
      ...emptyReport({ operation: 'fleet', subject: 'fleet', status, headline, at: context.now }),
      parts: sorted,
    };
  },
});

function partOf(target: string, report: Report | undefined, context: AnswerContext): Report {
  const about = { operation: 'fleet', subject: target, at: report?.at ?? context.now };
  if (!report) return emptyReport({ ...about, status: 'unknown', headline: 'not looked at yet' });
  const age = ageOf(report.at, context.now);
  const stale = age.hours >= STALE_HOURS;
  return {
    ...emptyReport({
      ...about,
      status: stale ? 'unknown' : report.status,
      headline: stale ? `unknown: last looked at ${age.text} ago` : `${report.headline} · ${age.text} ago`,
    }),
    next: [{ label: 'Look now', operation: 'health', target, args: [], disruptive: false }],
  };
}

function ageOf(at: string, now: string): { hours: number; text: string } {
  const minutes = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 60_000));
  const hours = minutes / 60;
  if (minutes < 1) return { hours, text: 'less than a minute' };
  if (minutes < 90) return { hours, text: `${minutes} min` };
  return { hours, text: hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d` };
}

function countOf(parts: readonly Report[]): string {
  const count = (status: string) => parts.filter((part) => part.status === status).length;
  const words = statuses.flatMap((status) => (count(status) ? [`${count(status)} ${status}`] : []));
  return `${parts.length} target${parts.length === 1 ? '' : 's'}: ${words.join(', ')}`;
}
