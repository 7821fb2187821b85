import { describe, expect, test } from 'vitest';
import type { ChangedLine, WhatChanged } from '../../src/core/report.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { linesOf, textOf } from './block-rules.ts';
import { finding, report } from './reports.ts';

const since = '2026-11-24T02:00:00.000Z';
const line = (more: Partial<ChangedLine> = {}): ChangedLine => ({
  target: 'orders-db',
  kind: 'setting',
  sentence: '`work_mem` 4 MB → 1 GB',
  sure: 'likely',
  explains: 'lag',
  at: '2026-11-24T02:58:00.000Z',
  ...more,
});
const changed = (more: Partial<WhatChanged> = {}): WhatChanged => ({
  since,
  lines: [line()],
  others: [],
  notes: [],
  ...more,
});
const shown = (what: WhatChanged, style: 'channel' | 'incident' | 'ephemeral' = 'channel') =>
  renderReport(report({ status: 'warning', findings: [finding('lag')], changed: what }), { style });
/** Times without Slack's own form of them: those of a night are the clock alone. */
const plainLines = (what: WhatChanged, style?: 'channel' | 'incident' | 'ephemeral') =>
  linesOf(shown(what, style).blocks).map((text) => text.replaceAll(/<!date\^\d+\^\{time\}\|([^>]*)>/g, '$1'));

describe('what changed', () => {
  test('stands below the findings, with how sure we are, the time, and since when', () => {
    const neighbour = line({
      target: 'orders-cache',
      sentence: 'orders-cache-1 lost 98 % of its keys',
      sure: 'possible',
      between: { from: since, to: '2026-11-24T03:00:00.000Z' },
    });
    const { at: _, ...lost } = neighbour;
    const lines = plainLines(changed({ lines: [line(), lost] }));
    expect(lines.slice(3, 6)).toEqual([
      ':mag: *What changed* since 02:00 UTC, the last good report. It may explain:',
      '• likely · `work_mem` 4 MB → 1 GB, at 02:58 UTC',
      '• possible · *orders-cache* orders-cache-1 lost 98 % of its keys',
    ]);
  });

  test('gives the time that the title does not: after a look that did not see it, before one that did', () => {
    const { at: _, ...plain } = line();
    const between = (from: string, to: string) =>
      plainLines(changed({ lines: [{ ...plain, between: { from, to } }] }))
        .at(4)
        ?.split(' GB')
        .at(-1);
    const [early, late] = ['2026-11-24T02:20:00.000Z', '2026-11-24T02:40:00.000Z'];
    expect(between(since, '2026-11-24T03:00:00.000Z')).toBe('');
    expect(between(early, '2026-11-24T03:00:00.000Z')).toBe(', after 02:20 UTC');
    expect(between(since, late)).toBe(', before 02:40 UTC');
    expect(between(early, late)).toBe(', after 02:20 UTC and before 02:40 UTC');
  });

  test('shows three lines in an incident and five elsewhere, the others in the thread', () => {
    const many = changed({
      lines: Array.from({ length: 5 }, (_, n) => line({ sentence: `change ${n}` })),
      others: [{ target: 'orders-db', sentence: 'log_lock_waits off → on' }],
    });
    expect(plainLines(many).filter((text) => text.startsWith('•'))).toHaveLength(5);
    expect(plainLines(many)).toContain('1 change more in the thread');
    expect(plainLines(many, 'incident').filter((text) => text.startsWith('•'))).toHaveLength(3);
    expect(plainLines(many, 'incident')).toContain('3 changes more in the thread');
    expect(plainLines(many, 'ephemeral').join('\n')).toContain('1 change more below');
    expect(shown(many, 'incident').thread.map(textOf).join('')).toMatch(/change 3[\s\S]*change 4[\s\S]*log_lock_waits/);
  });

  test('says in one line that nothing did, what could not be compared, and that there is nothing to compare with', () => {
    const notes = ['orders-cache could not be looked at: no answer.'];
    expect(plainLines(changed({ lines: [], notes }))).toContain(
      ':mag: Nothing that would explain it changed since 02:00 UTC, the last good report. orders-cache could not be looked at: no answer.',
    );
    const unknown = changed({
      since: null,
      lines: [],
      notes: ['No good report of orders-db is kept to compare with.'],
    });
    expect(plainLines(unknown)).toContain(
      ':mag: What changed is not known. No good report of orders-db is kept to compare with.',
    );
  });

  test('is said in the line of a target among many only where it is likely', () => {
    const part = (sure: 'likely' | 'possible') =>
      report({
        subject: 'orders-db',
        status: 'warning',
        findings: [finding('lag')],
        changed: changed({ lines: [line({ sure })] }),
      });
    const linesFor = (sure: 'likely' | 'possible') =>
      linesOf(
        renderReport(report({ subject: 'production', status: 'warning', parts: [part(sure)] }), { style: 'channel' })
          .blocks,
      );
    expect(linesFor('likely').join('\n')).toContain('may be explained by: `work_mem` 4 MB → 1 GB');
    expect(linesFor('possible').join('\n')).not.toContain('explained');
  });

  test('cannot ping anybody through the name of an application', () => {
    const { thread, ...main } = shown(changed({ lines: [line({ sentence: '<!channel> <@U0EVE> @here' })] }));
    expect([main, ...thread].map(textOf).join('')).not.toMatch(/<!channel|<@|@here/);
  });
});
