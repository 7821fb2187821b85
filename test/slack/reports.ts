import { changeKinds } from '../../src/core/changed.ts';
import {
  emptyReport,
  type Change,
  type Report,
  type ReportedFinding,
  type WhatChanged,
} from '../../src/core/report.ts';

export const at = '2026-11-24T03:00:00.000Z';

export function report(parts: Partial<Report> = {}): Report {
  const about = { operation: 'health', subject: 'orders-db', status: 'healthy', headline: 'healthy', at } as const;
  return { ...emptyReport(about), ...parts };
}

export function finding(key: string, parts: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    key,
    severity: 'warning',
    sentence: `Finding ${key} is 94 s behind, limit 30 s.`,
    evidence: { pid: 2211 },
    next: `Look at ${key}.`,
    change: 'NEW',
    since: at,
    ...parts,
  };
}

export const fullCoverage = { asked: 34, answered: 34, gaps: [] };

/** A small, repeatable source of chance (mulberry32). */
export function chance(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];
  return { below, pick };
}
type Chance = ReturnType<typeof chance>;

const alphabets = ['plain words of a name ', '&<>', '😀é中', '*_~`|', '<!channel> @here <@U1|x> ', 'x'] as const;

function text(random: Chance, most: number): string {
  const alphabet = random.pick(alphabets);
  return alphabet.repeat(Math.ceil(most / alphabet.length)).slice(0, 1 + random.below(most));
}

/** A report of any size and any text; each finding's sentence begins with a mark `F<n>F` and each row with `R<n>R`. */
export function anyReport(random: Chance, depth = 1): Report {
  const marks = { finding: 0, row: 0 };
  return anyPart(random, depth, marks, 'top');
}

function anyPart(random: Chance, depth: number, marks: { finding: number; row: number }, subject: string): Report {
  const severities = ['critical', 'warning', 'info'] as const;
  const changes: readonly [Change, ...Change[]] = ['NEW', 'WORSE', 'SAME'];
  const many = random.pick([0, 1, 3, 12, 60]);
  const findings = Array.from({ length: random.below(many + 1) }, () =>
    finding(text(random, 40), {
      severity: random.pick(severities),
      change: random.pick(changes),
      sentence: `F${marks.finding++}F ${text(random, 1_500)}`,
      next: text(random, 500),
      evidence: random.pick([
        null,
        text(random, 9_000),
        { pid: 1, query: text(random, 200) },
        [{ a: 1 }, { b: text(random, 90) }],
      ]),
      actions: Array.from({ length: random.below(5) }, () => anyAction(random)),
    }),
  );
  const tables = Array.from({ length: random.below(3) }, () => anyTable(random, marks));
  const gaps = Array.from({ length: random.below(9) }, (_, n) => ({
    check: `check-${n}`,
    kind: random.pick(['skipped', 'unreliable'] as const),
    reason: text(random, 300),
    ...(random.below(2) ? { fix: text(random, 200) } : {}),
  }));
  return report({
    subject,
    status: random.pick(['unknown', 'critical', 'warning', 'info', 'healthy']),
    headline: text(random, 700),
    findings,
    tables,
    resolved: Array.from({ length: random.below(8) }, () => text(random, 400)),
    ...(random.below(2) ? { changed: anyChanged(random, subject) } : {}),
    coverage: { asked: 34, answered: 34 - gaps.length, gaps },
    facts: Array.from({ length: random.below(30) }, () => ({ label: text(random, 60), value: text(random, 300) })),
    text: Array.from({ length: random.below(4) }, () => text(random, 5_000)),
    next: Array.from({ length: random.below(8) }, () => anyAction(random)),
    charts: [
      {
        title: text(random, 90),
        unit: 's',
        limits: [],
        series: [{ name: 'lag', points: [{ at, value: random.below(99) }] }],
      },
    ],
    parts:
      depth === 0
        ? []
        : Array.from({ length: random.below(many + 1) }, (_, n) => anyPart(random, depth - 1, marks, `target-${n}`)),
  });
}

function anyChanged(random: Chance, subject: string): WhatChanged {
  return {
    since: random.pick([at, null]),
    lines: Array.from({ length: random.below(6) }, () => ({
      target: random.pick([subject, text(random, 90)]),
      kind: random.pick(changeKinds),
      sentence: text(random, 600),
      sure: random.pick(['likely', 'possible'] as const),
      explains: text(random, 90),
      ...random.pick([{ at }, { between: { from: at, to: at } }]),
    })),
    others: Array.from({ length: random.below(16) }, () => ({
      target: text(random, 90),
      sentence: text(random, 600),
    })),
    notes: Array.from({ length: random.below(4) }, () => text(random, 300)),
  };
}

function anyAction(random: Chance) {
  const args = [text(random, random.pick([5, 50, 3_000]))];
  return { label: text(random, 120), operation: 'end', target: 'shop-db', args, disruptive: random.below(2) === 1 };
}

function anyTable(random: Chance, marks: { row: number }) {
  const columns = Array.from({ length: random.below(24) }, (_, n) => ({ key: `c${n}`, label: text(random, 30) }));
  const rows = Array.from({ length: random.below(150) }, () => ({
    c0: `R${marks.row++}R`,
    c1: random.pick([null, '', 3, text(random, 700)]),
  }));
  return { title: text(random, 90), columns, rows };
}
