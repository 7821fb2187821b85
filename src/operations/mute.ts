import * as v from 'valibot';
import { defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { KnownFinding } from '../core/past.ts';
import { severities, type Severity } from '../core/finding.ts';
import type { Outcome } from '../core/outcome.ts';
import { means, type Mute } from '../core/quiet.ts';
import { emptyReport } from '../core/report.ts';
import { secondsOf } from './mute/duration.ts';
import { readWhat } from './mute/what.ts';

const FOR_WORDS = 'a time such as 30m, 4h, 2d or 1w, at most 90 days (90d)';
const Arguments = v.strictObject({
  what: v.pipe(v.string(), v.trim(), v.minLength(1, 'a finding or a check, as a report names it')),
  for: v.pipe(
    v.string(),
    v.transform(secondsOf),
    v.check((seconds) => seconds !== undefined, FOR_WORDS),
  ),
  reason: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(3, 'say in a few words why, for whoever is on call next'),
    v.maxLength(300, 'say it in 300 characters at most'),
  ),
});

const steps = {};

/** Keeps a finding, or all that a check finds on a target, out of reports for a while. It touches no database. */
export const mute = defineOperation({
  id: 'mute',
  title: 'Mute a finding',
  why: 'Keeps a finding that is known out of the status and the headline until a time, with the reason; it still counts in the coverage line, and speaks again when it becomes more severe.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  args: Arguments,
  fields: [
    {
      name: 'what',
      label: 'Finding or check',
      hint: 'postgres.locks, or a key such as postgres.locks:root',
      required: true,
    },
    { name: 'for', label: 'For how long', hint: '30m, 4h, 2d, 1w; at most 90d', required: true },
    { name: 'reason', label: 'Why', hint: 'Known batch until Friday', required: true, takesRest: true },
  ],
  examples: ['mute shop-db postgres.locks 4h known batch'],
  steps,

  async run(context, { what, for: seconds, reason }) {
    const [target] = context.targets;
    if (!target || seconds === undefined) return { refused: 'no target was named' };
    const known = await context.lastFindings(target);
    const read = readWhat(what, target, known);
    if ('refused' in read) return read;
    return { done: await muted(context, target, { what: read.what, seconds, reason, known }) };
  },
});

type Asked = { what: string; seconds: number; reason: string; known: readonly KnownFinding[] };

async function muted(context: RunContext<typeof steps>, target: TargetName, asked: Asked) {
  const until = new Date(Date.parse(context.startedAt) + asked.seconds * 1000).toISOString();
  const upTo = worstKnown(asked.what, asked.known);
  const kept = await context.mute({ target: target.name, what: asked.what, reason: asked.reason, until, upTo });
  return reportOf(kept, context.startedAt);
}

/** What was seen when it was muted; a mute in advance covers a warning. */
function worstKnown(what: string, known: readonly KnownFinding[]): Severity {
  const seen = known.filter(({ key }) => means(what, key)).map(({ severity }) => severity);
  return severities.find((severity) => seen.includes(severity)) ?? 'warning';
}

/** A statement is called as reports call it; who muted it from a digest has its words in the reason. */
function nameOf(what: string): string {
  const [, shape] = /^postgres\.statements:([0-9a-f]{6})[0-9a-f]{8}$/.exec(what) ?? [];
  return shape === undefined ? what : `q:${shape}`;
}

function reportOf(kept: Mute, at: string): Extract<Outcome, { done: unknown }>['done'] {
  const { what, target, until, by, reason, upTo } = kept;
  const minute = `${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
  const next = { operation: 'unmute', target, args: [what], disruptive: false };
  return {
    ...emptyReport({
      operation: 'mute',
      subject: target,
      status: 'info',
      headline: `${nameOf(what)} is muted until ${minute} by ${by}: ${reason}`,
      at,
    }),
    text:
      upTo === 'critical'
        ? ['It covers critical findings too, because one was there.']
        : ['It speaks again at once when it becomes more severe.'],
    next: [{ ...next, label: 'Unmute' }],
  };
}
