import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderTextOutcome, renderTextReport } from '../../src/cli/report.ts';
import type { ReportedFinding } from '../../src/core/report.ts';
import { expectPublished } from '../published-json.ts';
import { report } from './fixture.ts';

const finding: ReportedFinding = {
  key: 'postgres.lock-tree:root',
  severity: 'critical',
  change: 'NEW',
  since: '2026-11-24T02:00:00Z',
  sentence: '41 sessions wait for one lock held by pid 2211 (app billing, idle in transaction for 14 m).',
  evidence: null,
  next: "End pid 2211's transaction.",
  actions: [{ label: 'End', operation: 'end', target: 'shop-db', args: ['2211'], disruptive: true }],
};

const bad = report({
  status: 'critical',
  headline: '1 critical (was healthy at 02:00 UTC)',
  findings: [finding],
  resolved: ['The replica is connected again.'],
  coverage: {
    asked: 3,
    answered: 2,
    gaps: [
      { check: 'postgres.slots', kind: 'skipped', reason: 'may not look', fix: 'GRANT pg_monitor TO nightshift_read' },
    ],
  },
  facts: [
    { label: 'Connections', value: '40 of 100' },
    { label: 'Cache hit', value: '99.1 %' },
  ],
  tables: [
    {
      title: 'Sessions',
      columns: [
        { key: 'pid', label: 'Pid' },
        { key: 'app', label: 'Application' },
      ],
      rows: [
        { pid: 2211, app: 'billing' },
        { pid: 7, app: null },
      ],
    },
  ],
});

test('what nobody can see is said beside what was answered', () => {
  const coverage = { asked: 3, answered: 3, gaps: [], unseen: ['how full the disk is'] };
  const lines = renderTextReport({ ...bad, coverage }, { colour: false, width: 80 }).split('\n');
  expect(lines[1]).toBe('3 of 3 checks answered; unseen: how full the disk is');
});

test('a bad day reads from the headline to the tables', () => {
  expectPublished({ done: bad });
  expect(renderTextReport(bad, { colour: false, width: 80 })).toMatchInlineSnapshot(`
    "● shop-db 1 critical (was healthy at 02:00 UTC)
    2 of 3 checks answered

    NEW critical · 41 sessions wait for one lock held by pid 2211 (app billing, idle
      in transaction for 14 m).
      Safest: End pid 2211's transaction.
      $ npx nightshift end shop-db 2211

    RESOLVED The replica is connected again.

    skipped: may not look · mend: GRANT pg_monitor TO nightshift_read
      postgres.slots

    Connections  40 of 100
    Cache hit    99.1 %

    Sessions
     Pid  Application
    ────  ───────────
    2211  billing
       7  –
    "
  `);
});

test('colour adds nothing but colour', () => {
  const coloured = renderTextReport(bad, { colour: true, width: 80 });
  expect(coloured).toContain('\u001B[31m');
  expect(stripVTControlCharacters(coloured)).toBe(renderTextReport(bad, { colour: false, width: 80 }));
});

test('no line is wider than the terminal, a table neither', () => {
  const wide = report({
    headline: 'words '.repeat(60),
    tables: [
      {
        title: 'Wide',
        columns: ['a', 'b', 'c'].map((key) => ({ key, label: key })),
        rows: [{ a: 'x'.repeat(90), b: 'y z '.repeat(30), c: 1 }],
      },
    ],
  });
  const lines = renderTextReport(wide, { colour: false, width: 60 }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.join('').replace(/[^x]/g, '')).toHaveLength(90);
});

test('control characters in the data do not reach the terminal', () => {
  const hostile = report({ headline: 'app \u001B[2Jevil\u0007 \u202Etxt', facts: [{ label: 'a\nb', value: 'c\rd' }] });
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(renderTextReport(hostile, { colour: false, width: 80 })).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
});

test('every target of an environment is one part', () => {
  const parts = [report({ status: 'unknown', headline: 'could not be looked at' }), report({ subject: 'shop-cache' })];
  const text = renderTextReport(report({ subject: 'laptop', headline: '1 of 2 targets needs a look', parts }), {
    colour: false,
    width: 80,
  });
  expect(text).toBe(
    '● laptop 1 of 2 targets needs a look\n\n○ shop-db could not be looked at\n\n● shop-cache healthy\n',
  );
});

test('a refusal says who could', () => {
  const options = { colour: false, width: 80 };
  expect(renderTextOutcome({ refused: 'this needs the role operator', who: 'omar or ada' }, options)).toBe(
    'refused: this needs the role operator\nWho can: omar or ada\n',
  );
  expect(renderTextOutcome({ failed: 'no answer', code: 'timed_out' }, options)).toBe(
    'failed (timed_out): no answer\n',
  );
});

test('things to act on are drawn as they are, cut at the edge, with their commands', () => {
  const items = [
    {
      text: 'pid 2211 (app billing) blocks 2 sessions.',
      lines: ['pid 2211 billing', '└─ pid 7 web', `   └─ pid 8 ${'x'.repeat(80)}`],
      next: [{ label: 'End', operation: 'end', target: 'shop-db', args: ['2211', 'shop-db-1'], disruptive: true }],
    },
  ];
  const outcome = report({ status: 'info', headline: '3 sessions', items });
  expectPublished({ done: outcome });
  expect(renderTextReport(outcome, { colour: false, width: 44 })).toMatchInlineSnapshot(`
    "● shop-db 3 sessions

    pid 2211 (app billing) blocks 2 sessions.
      pid 2211 billing
      └─ pid 7 web
         └─ pid 8 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      $ npx nightshift end shop-db 2211 shop-db-1
    "
  `);
});

test('what changed stands below the findings, with how sure we are, what else changed and what could not be compared', () => {
  const since = '2026-11-24T02:00:00.000Z';
  const line = { target: 'shop-db', kind: 'setting', sure: 'likely', explains: finding.key } as const;
  const changed = {
    since,
    lines: [
      { ...line, sentence: '`work_mem` 4 MB → 1 GB', at: '2026-11-24T02:58:00.000Z' },
      { ...line, target: 'shop-cache', sentence: 'lost 98 % of its keys', between: { from: since, to: bad.at } },
    ],
    others: [{ target: 'shop-db', sentence: '`log_lock_waits` off → on' }],
    notes: ['shop-queue could not be looked at: no answer.'],
  };
  const told = { ...bad, changed };
  expectPublished({ done: told });
  const text = renderTextReport(told, { colour: false, width: 100 });
  expect(text).toContain(
    [
      'What changed since 2026-11-24T02:00:00.000Z, the last good report, and may explain it:',
      '  likely · `work_mem` 4 MB → 1 GB, at 2026-11-24T02:58:00.000Z',
      '  likely · shop-cache: lost 98 % of its keys',
      '  Besides:',
      '  shop-db: `log_lock_waits` off → on',
      '  shop-queue could not be looked at: no answer.',
    ].join('\n'),
  );
  const nothing = { ...changed, lines: [], others: [], notes: [] };
  expect(renderTextReport({ ...bad, changed: nothing }, { colour: false, width: 100 })).toContain(
    'Nothing that would explain it changed since 2026-11-24T02:00:00.000Z, the last good report.',
  );
});
