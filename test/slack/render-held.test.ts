import { describe, expect, test } from 'vitest';
import type { HeldFinding, Report } from '../../src/core/report.ts';
import { decodeButtonValue } from '../../src/slack/button-value.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { buttonsOf, faultsOf, linesOf, textOf } from './block-rules.ts';
import { finding, fullCoverage, report } from './reports.ts';

const muted = 'until 2026-11-24 07:00 UTC by ana: known batch';

function held(key: string, by: HeldFinding['held']['by'], words = muted): HeldFinding {
  return { ...finding(key), held: { by, words } };
}
const linesIn = (shown: Report) => linesOf(renderReport(shown, { style: 'channel' }).blocks);

describe('what is held back', () => {
  test('leaves a good day green, and is counted beside the coverage with its reason', () => {
    const lines = linesIn(report({ coverage: fullCoverage, held: [held('lag', 'mute')] }));
    expect(lines).toEqual([
      ':large_green_circle: *orders-db* healthy · 34 of 34 checks',
      `34 of 34 checks answered; 1 muted ${muted}`,
    ]);
  });

  test('is grouped by its reason, and beyond three reasons counted', () => {
    const many = [
      held('a', 'mute'),
      held('b', 'mute'),
      held('c', 'unconfirmed', 'seen too seldom in a row'),
      held('d', 'window', 'in the window deploys until 2026-11-24 04:00 UTC'),
      held('e', 'run', 'after run end-05ed3501 of 03:12 UTC'),
      held('f', 'clearing', 'gone in 1 of 3 looks'),
    ];
    expect(linesIn(report({ coverage: fullCoverage, held: many })).at(-1)).toBe(
      `34 of 34 checks answered; 2 muted ${muted}; 1 not yet confirmed; 1 expected in the window deploys until 2026-11-24 04:00 UTC; 2 held back for 2 further reasons`,
    );
  });

  test('is told in full in the thread, and a muted one can be heard again from there', () => {
    const unmute = { label: 'Unmute', operation: 'unmute', target: 'orders-db', args: ['lag'], disruptive: false };
    const { thread } = renderReport(report({ held: [{ ...held('lag', 'mute'), actions: [unmute] }] }), {
      style: 'channel',
    });
    expect(linesOf(thread[0]?.blocks ?? [])).toEqual([
      ':zzz: *muted, warning* · Finding lag is 94 s behind, limit 30 s.',
      expect.stringContaining('known batch') as string,
      'Safest: Look at lag.',
    ]);
    expect(decodeButtonValue(String(buttonsOf(thread[0]?.blocks ?? [])[0]?.['value']))).toEqual({
      o: 'unmute',
      t: 'orders-db',
      a: ['lag'],
    });
  });

  test('cannot ping anybody through the reason of a mute', () => {
    const { thread, ...main } = renderReport(report({ held: [held('lag', 'mute', '<!channel> <@U0EVE> @here')] }), {
      style: 'channel',
    });
    expect([main, ...thread].map(textOf).join('')).not.toMatch(/<!channel|<@|@here/);
  });
});

describe('a finding', () => {
  test('that is better or worse says what it was, and when', () => {
    const was = { at: '2026-11-24T02:00:00.000Z', severity: 'warning', value: 94.26 } as const;
    const measure = { value: 40, unit: 's', limit: 30, step: 10 };
    const lines = linesIn(
      report({ status: 'warning', findings: [finding('lag', { change: 'BETTER', was, measure })] }),
    );
    expect(lines[1]).toMatch(
      /^\*BETTER warning\* · Finding lag .* \(since <!date.*; was 94\.26 s at <!date.*02:00 UTC\)\)$/,
    );
  });

  test('whose severity changed says which it had', () => {
    const was = { at: '2026-11-24T02:00:00.000Z', severity: 'critical', value: 400 } as const;
    const lines = linesIn(report({ status: 'warning', findings: [finding('lag', { change: 'BETTER', was })] }));
    expect(lines[1]).toMatch(/was critical at /);
  });

  test('that is not confirmed is marked', () => {
    const lines = linesIn(report({ status: 'warning', findings: [finding('lag', { marks: ['not yet confirmed'] })] }));
    expect(lines[1]).toBe('*NEW warning* · Finding lag is 94 s behind, limit 30 s. (not yet confirmed)');
  });
});

describe('an environment of a hundred targets', () => {
  const mute = {
    label: 'Mute 4 h…',
    operation: 'mute',
    target: 'db',
    args: ['postgres.locks:root', '4h'],
    disruptive: false,
  };
  const bad = (n: number): Report =>
    report({
      subject: `shop-db-${n}`,
      status: n % 2 === 0 ? 'critical' : 'warning',
      headline: '1 critical, 3 warnings (was healthy at 02:00 UTC)',
      findings: Array.from({ length: 4 }, (_, k) =>
        finding(`postgres.locks:root-${k}`, {
          sentence: `${n} sessions wait for one lock: pid 2211 (app billing, idle in transaction 14 m) blocks 41, oldest 6 m, limit 1 m.`,
          evidence: { tree: 'x'.repeat(2_000) },
          actions: [mute],
        }),
      ),
      coverage: {
        asked: 34,
        answered: 33,
        gaps: [{ check: 'postgres.bloat', kind: 'skipped', reason: 'no right', fix: `GRANT ${n}` }],
      },
      resolved: [`Something of shop-db-${n} is over.`],
      held: [held('lag', 'mute', `until 2026-11-24 0${n % 10}:00 UTC by ana: reason ${n}`)],
      text: [`Shortened among many targets: ask for health shop-db-${n} alone.`],
    });
  const good = (n: number): Report => report({ subject: `calm-db-${n}`, coverage: fullCoverage });

  test.each([1, 12, 100])('of which %i are in trouble is one message of twelve lines that Slack takes', (troubled) => {
    const parts = [
      ...Array.from({ length: troubled }, (_, n) => bad(n)),
      ...Array.from({ length: 100 - troubled }, (_, n) => good(n)),
    ];
    const headline = `${troubled} of 100 targets need a look`;
    const { thread, ...main } = renderReport(report({ subject: 'production', status: 'critical', headline, parts }), {
      style: 'channel',
    });
    const lines = linesOf(main.blocks);
    expect(lines[0]).toBe(`:red_circle: *production* ${headline}`);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect([main, ...thread].flatMap(faultsOf)).toEqual([]);
    const named = lines.filter((line) => line.includes('*shop-db-'));
    const hidden = Number(/(\d+) targets? more in trouble/.exec(lines.join('\n'))?.[1] ?? 0);
    expect(named.length + hidden).toBe(troubled);
    expect(named.length).toBeGreaterThan(0);
    const critical = Math.min(named.length, Math.ceil(troubled / 2));
    expect(named.slice(0, critical).every((line) => line.startsWith(':red_circle:'))).toBe(true);
    if (troubled < 100) expect(lines).toContain(`:large_green_circle: ${100 - troubled} targets healthy`);
    expect(lines.at(-1)).toMatch(/^\d+ of 3400 checks answered; /);
  });

  test('names every target in trouble somewhere: in the message or in its thread', () => {
    const parts = Array.from({ length: 100 }, (_, n) => ({ ...bad(n), findings: [] }));
    const { thread, ...main } = renderReport(report({ status: 'critical', parts }), { style: 'channel' });
    const told = [main, ...thread].map(textOf).join('\n');
    for (let n = 0; n < 100; n += 1) expect(told).toContain(`*shop-db-${n}*`);
  });
});

describe('a bad day', () => {
  test('is at most twelve lines, with everything that can be said at once', () => {
    const findings = (['critical', 'warning'] as const).flatMap((severity) =>
      Array.from({ length: 30 }, (_, n) =>
        finding(`${severity}-${n}`, { severity, marks: ['after run end-1 of 03:12 UTC'] }),
      ),
    );
    const gaps = Array.from({ length: 9 }, (_, n) => ({ check: `c${n}`, kind: 'skipped' as const, reason: `r${n}` }));
    const bad = report({
      status: 'critical',
      headline: '30 critical, 30 warning (was healthy at 02:00 UTC), in the window deploys until 2026-11-24 04:00 UTC',
      findings,
      held: Array.from({ length: 9 }, (_, n) => held(`h${n}`, 'mute', `until then by ana: ${n}`)),
      resolved: Array.from({ length: 9 }, (_, n) => `Thing ${n} is over.`),
      coverage: { asked: 34, answered: 25, gaps },
    });
    const { thread, ...main } = renderReport(bad, { style: 'channel' });
    expect(linesOf(main.blocks).length).toBeLessThanOrEqual(12);
    expect([main, ...thread].flatMap(faultsOf)).toEqual([]);
  });
});
