import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';

const Arguments = v.strictObject({ target: v.optional(v.pipe(v.string(), v.trim(), v.toLowerCase())) });

const columns = [
  { key: 'target', label: 'Target' },
  { key: 'what', label: 'Muted' },
  { key: 'until', label: 'Until' },
  { key: 'by', label: 'By' },
  { key: 'reason', label: 'Reason' },
];

/** What is muted now on the targets that a person may see, the first to end on top. */
export const mutes = defineAnswer({
  id: 'mutes',
  title: 'What is muted',
  why: 'Lists the mutes in force, until when, by whom and why.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [{ name: 'target', label: 'Target', hint: 'shop-db', required: false }],
  examples: ['mutes', 'mutes shop-db'],

  async answer(context, { target }) {
    const about = { operation: 'mutes', subject: target ?? 'fleet', status: 'info', at: context.now } as const;
    if (target !== undefined && !context.targets.some(({ name }) => name === target)) {
      return emptyReport({ ...about, headline: 'there is no such target that you may see' });
    }
    const wanted = (await context.mutes()).filter((mute) => target === undefined || mute.target === target);
    const rows = wanted
      .toSorted((a, b) => (a.until < b.until ? -1 : 1))
      .map((mute) => ({
        target: mute.target,
        what: mute.what,
        until: `${mute.until.slice(0, 10)} ${mute.until.slice(11, 16)} UTC`,
        by: mute.by,
        reason: mute.reason,
      }));
    if (rows.length === 0) return emptyReport({ ...about, headline: 'nothing is muted' });
    const headline = `${rows.length} mute${rows.length === 1 ? '' : 's'} in force`;
    return { ...emptyReport({ ...about, headline }), tables: [{ title: 'Muted', columns, rows }] };
  },
});
