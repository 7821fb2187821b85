import { describe, expect, test } from 'vitest';
import { decodeButtonValue } from '../../src/slack/button-value.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { buttonsOf, faultsOf, linesOf, textOf } from './block-rules.ts';
import { finding, fullCoverage, report } from './reports.ts';

const end = { label: 'End session…', operation: 'end', target: 'orders-db', args: ['2211'], disruptive: true };
const mute = { label: 'Mute 4 h', operation: 'mute', target: 'orders-db', args: ['lag', '4h'], disruptive: false };

describe('a good day', () => {
  const good = report({
    coverage: fullCoverage,
    facts: [
      { label: 'last proven restore', value: '3 d ago' },
      { label: 'disk full in', value: '> 1 y' },
    ],
  });
  const { text, blocks, thread } = renderReport(good, { style: 'channel' });

  test('is one line', () => {
    const line =
      ':large_green_circle: *orders-db* healthy · 34 of 34 checks · last proven restore 3 d ago · disk full in > 1 y';
    expect(linesOf(blocks)).toEqual([line.replace('>', '&gt;')]);
    expect(text).toBe(linesOf(blocks)[0]);
  });

  test('says in it what nobody can see there', () => {
    const unseen = ['how full the disk is'];
    const seen = renderReport({ ...good, coverage: { ...fullCoverage, unseen } }, { style: 'channel' });
    expect(seen.text).toContain('healthy · 34 of 34 checks (unseen: how full the disk is) · last proven restore');
  });

  test('has no thread when the line says it all', () => {
    expect(thread).toEqual([]);
  });

  test('tells what was not looked at', () => {
    const gaps = [1, 2, 3].map((n) => ({
      check: `c${n}`,
      kind: 'skipped' as const,
      reason: 'no right',
      fix: 'GRANT pg_monitor TO nightshift_read',
    }));
    const lines = linesOf(
      renderReport(report({ coverage: { asked: 34, answered: 31, gaps } }), { style: 'channel' }).blocks,
    );
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('31 of 34 checks answered; 3 need GRANT pg_monitor TO nightshift_read');
  });
});

describe('a bad day', () => {
  const findings = [
    finding('f-same', { severity: 'critical', change: 'SAME' }),
    finding('e', { severity: 'info' }),
    finding('d', { change: 'SAME' }),
    finding('c', { change: 'WORSE', actions: [mute] }),
    finding('b'),
    finding('a', { severity: 'critical', actions: [end, mute, mute, mute] }),
  ];
  const bad = report({
    status: 'critical',
    headline: '2 critical, 3 warnings (was healthy at 02:00)',
    findings,
    resolved: ['Lag is back to 1 s.', 'The slot is gone.', 'A third one.'],
    coverage: {
      asked: 34,
      answered: 33,
      gaps: [{ check: 'bloat', kind: 'unreliable', reason: 'statistics were reset' }],
    },
  });
  const { text, blocks, thread } = renderReport(bad, { style: 'channel' });
  const lines = linesOf(blocks);

  test('fits into twelve lines and fifteen blocks', () => {
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(blocks.length).toBeLessThanOrEqual(15);
  });

  test('begins with the answer to "do I get up?", which is also the notification', () => {
    expect(lines[0]).toBe(':red_circle: *orders-db* 2 critical, 3 warnings (was healthy at 02:00)');
    expect(text).toBe(lines[0]);
  });

  test('tells the worst first, within it new, worse, same, and counts the rest', () => {
    const heads = lines.filter((line) => line.startsWith('*')).map((line) => line.split(' · ')[0]);
    expect(heads).toEqual(['*NEW critical*', '*SAME critical*', '*NEW warning*', '*WORSE warning*']);
    expect(lines).toContain('2 findings more in the thread: 1 warning, 1 info');
  });

  test('says for each where the evidence is and what is safest', () => {
    expect(lines).toContain('Evidence in the thread. Safest: Look at a.');
  });

  test('says since when a finding stays the same', () => {
    expect(lines.join()).toMatch(
      /SAME critical\*[^]*since <!date\^\d+\^\{date_short_pretty\} \{time\}\|2026-11-24 03:00 UTC> \(03:00 UTC\)/,
    );
  });

  test('tells what is resolved and what was not answered', () => {
    expect(lines).toContain(':white_check_mark: Resolved: Lag is back to 1 s. · The slot is gone. · 1 more resolved');
    expect(lines).toContain('33 of 34 checks answered; 1 without a reliable answer: statistics were reset');
  });

  test('gives at most three buttons a finding; what clients notice is red and asked again', () => {
    const buttons = buttonsOf(blocks);
    expect(buttons).toHaveLength(4);
    expect(buttons[0]).toMatchObject({
      style: 'danger',
      confirm: { text: { text: expect.stringContaining('/db end orders-db 2211') as string } },
    });
    expect(buttons[1]).not.toHaveProperty('confirm');
    expect(decodeButtonValue(String(buttons[0]?.['value']))).toEqual({ o: 'end', t: 'orders-db', a: ['2211'] });
  });

  test('keeps every finding with its evidence for the thread', () => {
    const told = thread.map(textOf).join('\n');
    for (const { sentence } of findings) expect(told).toContain(sentence);
    expect(told).toContain('pid: 2211');
    expect(told).toContain('A third one.');
  });

  test('breaks no rule of Slack', () => {
    expect([{ text, blocks }, ...thread].flatMap(faultsOf)).toEqual([]);
  });
});

describe('several targets', () => {
  const part = (subject: string, status: 'healthy' | 'critical' | 'unknown', more = {}) =>
    report({ subject, status, headline: status === 'healthy' ? 'healthy' : 'cannot be reached', ...more });

  test('in trouble come first, one line each, what nobody saw is grey', () => {
    const parts = [part('a', 'healthy'), part('b', 'critical'), part('c', 'unknown')];
    const lines = linesOf(
      renderReport(report({ subject: 'fleet', status: 'critical', parts }), { style: 'channel' }).blocks,
    );
    expect(lines.slice(1)).toEqual([
      ':white_circle: *c* unknown: cannot be reached',
      ':red_circle: *b* cannot be reached',
      ':large_green_circle: *a* healthy',
    ]);
  });

  test('that are healthy are counted when they are more than five', () => {
    const parts = Array.from({ length: 6 }, (_, n) => part(`t${n}`, 'healthy'));
    const lines = linesOf(renderReport(report({ subject: 'fleet', parts }), { style: 'channel' }).blocks);
    expect(lines).toContain(':large_green_circle: 6 targets healthy');
  });

  test('beyond the lines are counted, and named in the thread', () => {
    const parts = Array.from({ length: 30 }, (_, n) => part(`t${n}`, 'critical'));
    const { blocks, thread } = renderReport(report({ status: 'critical', parts }), { style: 'channel' });
    const lines = linesOf(blocks);
    expect(lines.length).toBeLessThanOrEqual(12);
    const shown = lines.filter((line) => line.includes('cannot be reached')).length;
    expect(lines).toContain(`${30 - shown} targets more in trouble`);
    expect(thread.map(textOf).join()).toContain('*t29*');
  });

  test('show the worst finding in their line, and beside it what to do next', () => {
    const next = [{ ...mute, label: 'Look now', operation: 'health', args: [] }];
    const bad = part('a', 'critical', { findings: [finding('x', { severity: 'critical' })], next });
    const { blocks } = renderReport(report({ parts: [bad] }), { style: 'channel' });
    const line = ':red_circle: *a* cannot be reached · NEW critical: Finding x is 94 s behind, limit 30 s.';
    expect(linesOf(blocks)).toContain(line);
    expect(buttonsOf(blocks)).toMatchObject([{ text: { text: 'Look now' }, action_id: 'do:health#0' }]);
  });

  test('add up their coverage', () => {
    const parts = [part('a', 'healthy', { coverage: fullCoverage }), part('b', 'healthy', { coverage: fullCoverage })];
    expect(linesOf(renderReport(report({ parts }), { style: 'channel' }).blocks)).toContain('68 of 68 checks answered');
  });
});

describe('tables', () => {
  const columns = [
    { key: 'pid', label: 'pid' },
    { key: 'app', label: 'app' },
  ];
  const table = (rows: number) => ({
    title: 'Waiting sessions',
    columns,
    rows: Array.from({ length: rows }, (_, n) => ({ pid: n, app: n === 0 ? '' : null })),
  });

  test('go to the thread, one a message, with no cell empty', () => {
    const { blocks, thread } = renderReport(report({ tables: [table(2), table(2)] }), { style: 'channel' });
    expect(blocks.some((block) => block.type === 'table')).toBe(false);
    expect(thread.map((message) => message.blocks.filter((block) => block.type === 'table').length)).toEqual([1, 1]);
    expect(thread.flatMap(faultsOf)).toEqual([]);
  });

  test('with too many rows say how many are not shown', () => {
    const { thread } = renderReport(report({ tables: [table(111)] }), { style: 'channel' });
    expect(linesOf(thread[0]?.blocks ?? [])).toContain('12 rows more');
  });

  test('are in the same message where there is no thread, and left out ones are counted', () => {
    const { blocks, thread } = renderReport(report({ tables: [table(2), table(3)] }), { style: 'ephemeral' });
    expect(thread).toEqual([]);
    expect(linesOf(blocks)).toContain('Left out for length: 3 rows.');
  });
});

describe('text from outside', () => {
  const canary = '<!channel> @here <@U0EVE> <https://evil.example|click> & <!subteam^S1>';

  test('never pings, links or becomes markup, wherever it stands', () => {
    const poisoned = report({
      subject: canary,
      headline: canary,
      status: 'critical',
      findings: [
        finding(canary, {
          sentence: canary,
          next: canary,
          evidence: { sql: canary },
          actions: [{ ...end, label: canary }],
        }),
      ],
      resolved: [canary],
      facts: [{ label: canary, value: canary }],
      tables: [{ title: canary, columns: [{ key: 'a', label: canary }], rows: [{ a: canary }] }],
      text: [canary],
      coverage: { asked: 2, answered: 1, gaps: [{ check: canary, kind: 'skipped', reason: canary, fix: canary }] },
      parts: [report({ subject: canary, headline: canary })],
    });
    for (const style of ['channel', 'ephemeral'] as const) {
      const { thread, ...main } = renderReport(poisoned, { style });
      const texts = [main, ...thread].map(textOf).join('');
      expect(texts.match(/<!(?!date\^)|<@|@here|<https/g) ?? []).toEqual(
        // Preformatted text and table cells are shown as they are: Slack reads no link in them.
        texts.match(/<https/g) ?? [],
      );
    }
  });

  test('keeps its line: a newline cannot start a new one', () => {
    const { blocks } = renderReport(report({ headline: 'one\n*two*' }), { style: 'channel' });
    expect(linesOf(blocks)).toHaveLength(1);
  });

  test('cannot stop Slack from linking a channel that the app names', () => {
    const { blocks } = renderReport(report({ text: ['<#C0DBALERTS>'] }), { style: 'ephemeral' });
    expect(linesOf(blocks)).toContain('<#C0DBALERTS>');
  });
});
