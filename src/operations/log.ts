import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { askLogs, logSteps } from './log/ask.ts';
import { ongoingLog } from './log/ongoing.ts';
import { logReport } from './log/report.ts';
import { readSince } from './log/since.ts';

/** Entries that are written while the question is on its way belong to the answer. */
const ON_THE_WAY_SECONDS = 60;
const Name = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));

/** What the servers of a target wrote into their logs. */
export const log = defineOperation({
  id: 'log',
  title: 'What the log says',
  why: 'Says what the servers wrote of lately: crashes, lack of memory or connections, deadlocks, lock waits, cancellations; grouped, counted, and without a value of anybody.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({
    since: v.optional(
      v.pipe(
        v.string(),
        v.check((typed) => readSince(typed) !== undefined, 'how far back, as 15m, 2h or 1d; a week at most'),
      ),
    ),
    member: v.optional(Name),
  }),
  fields: [
    { name: 'since', label: 'How far back', hint: '15m', required: false },
    { name: 'member', label: 'One server only', hint: 'shop-db-2', required: false },
  ],
  examples: ['log shop-db', 'log shop-db since 2h', 'log shop-db member shop-db-2'],
  steps: logSteps,

  async run(context, { since, member = null }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const isScheduled = context.trigger.kind === 'schedule';
    const sinceSeconds = readSince(since ?? (isScheduled ? '1d' : '15m')) ?? 0;
    const startedMs = Date.parse(context.startedAt);
    const asked = {
      from: new Date(startedMs - sinceSeconds * 1000).toISOString(),
      until: new Date(startedMs + ON_THE_WAY_SECONDS * 1000).toISOString(),
      member,
    };
    if (isScheduled) {
      const ongoing = await ongoingLog(context, target, asked);
      return { done: logReport(target.name, ongoing.look, ongoing.asked, context.startedAt) };
    }
    const look = await askLogs(context, target, asked);
    if (member !== null && look.members.length + look.unreached.length === 0)
      return { refused: `${target.name} has no server called ${member}` };
    return { done: logReport(target.name, look, asked, context.startedAt) };
  },
});
