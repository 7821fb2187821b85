import { describe, expect, it } from 'vitest';
import type { ChangeKind } from '../../../src/core/changed.ts';
import type { ReportedFinding } from '../../../src/core/report.ts';
import { causesOf } from '../../../src/operations/health/causes.ts';
import type { Placed, TargetChanges } from '../../../src/operations/health/changes.ts';
import { explain, scoreOf } from '../../../src/operations/health/explain.ts';
import { iso } from './looking.ts';

const finding = (more: Partial<ReportedFinding> = {}): ReportedFinding => ({
  key: 'postgres.long-transactions:oldest',
  severity: 'warning',
  sentence: 'A transaction runs for 12 min.',
  evidence: { query: 'select * from orders where customer = ?' },
  next: 'Look.',
  change: 'NEW',
  since: iso(60),
  ...more,
});
const change = (kind: ChangeKind, more: Partial<Placed> = {}): Placed => ({
  id: kind,
  kind,
  sentence: `${kind} changed`,
  size: 0.5,
  from: iso(0),
  to: iso(60),
  ...more,
});
const of = (target: string, changes: Placed[], notes: string[] = []): TargetChanges => ({
  target,
  since: iso(0),
  changes,
  notes,
});
const causes: readonly ChangeKind[] = ['schema', 'statement', 'setting', 'traffic'];
const score = (more: Partial<Placed>, told = finding()) => scoreOf(told, change('schema', more), causes);

describe('how well a change may explain a finding', () => {
  it('is nothing where its check says so, and less the later its kind comes', () => {
    expect(scoreOf(finding(), change('keys'), causes)).toBe(0);
    const scores = causes.map((kind) => scoreOf(finding(), change(kind), causes));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('grows with the size of the change', () => {
    expect(score({ size: 1 })).toBeGreaterThan(score({ size: 0.1 }));
  });

  it('is nothing for what came after the finding, by the clock of the server or by the looks', () => {
    expect(score({ at: iso(62) })).toBe(0);
    expect(score({ from: iso(60), to: iso(70) })).toBe(0);
    expect(score({ at: iso(60.5) })).toBeGreaterThan(0);
  });

  it('is less the longer before the finding it happened', () => {
    const late = finding({ since: iso(60 * 24) });
    expect(score({ at: iso(60 * 23) }, late)).toBeGreaterThan(2 * score({ at: iso(0) }, late));
  });

  it('is more where the finding names what changed, with its schema or without, and only as a word of its own', () => {
    const plain = score({});
    expect(score({ objects: ['public.orders'] })).toBeGreaterThan(plain);
    expect(score({ objects: ['order'] })).toBe(plain);
    expect(score({ objects: ['id'] })).toBe(plain);
  });

  it('is less where the change is known to be about other findings', () => {
    expect(score({ explains: ['postgres.checkpoints'] })).toBeLessThan(score({}) / 2);
    expect(score({ explains: ['postgres.long-transactions'] })).toBe(score({}));
  });
});

describe('what is told', () => {
  it('is five lines at most, best first, each with the finding that it explains best; the rest is named besides', () => {
    const many = Array.from({ length: 9 }, (_, n) =>
      change('schema', { id: `s${n}`, sentence: `schema ${n}`, size: n / 10 }),
    );
    const locks = finding({ key: 'postgres.locks:root', evidence: null });
    const told = explain([finding(), locks], of('shop-db', [...many, change('keys')]), [], ({ key }) =>
      key.startsWith('postgres.locks') ? [] : causes,
    );
    expect(told.lines.map(({ sentence }) => sentence)).toEqual([
      'schema 8',
      'schema 7',
      'schema 6',
      'schema 5',
      'schema 4',
    ]);
    expect(told.lines.map(({ explains }) => explains)).toEqual(Array(5).fill('postgres.long-transactions:oldest'));
    expect(told.others.map(({ sentence }) => sentence)).toEqual([
      'schema 3',
      'schema 2',
      'schema 1',
      'schema 0',
      'keys changed',
    ]);
  });

  it('takes a change of the target itself before the same one next door, which has its name', () => {
    const told = explain(
      [finding()],
      of('shop-db', [change('schema')]),
      [of('shop-cache', [change('schema')], ['a note'])],
      () => causes,
    );
    expect(told.lines.map(({ target }) => target)).toEqual(['shop-db', 'shop-cache']);
    expect(told.notes).toEqual(['a note']);
  });

  it('is likely only for what is large, near and of the right kind', () => {
    const told = explain(
      [finding()],
      of('shop-db', [change('schema', { size: 1 }), change('traffic', { size: 0.2 })]),
      [],
      () => causes,
    );
    expect(told.lines.map(({ kind, sure }) => `${sure} ${kind}`)).toEqual(['likely schema', 'possible traffic']);
  });
});

describe('what may explain a finding', () => {
  it('is what its check declares, what happened to a server for a member that is away, and the usual for the others', () => {
    expect(causesOf('postgres.temp-files:spilled', 'postgres')[0]).toBe('setting');
    expect(causesOf('postgres.reachable:shop-db-1', 'postgres')[0]).toBe('failover');
    expect(causesOf('postgres.unused-indexes:x', 'postgres')).toContain('statement');
    expect(causesOf('redis.hit-rate:drop', 'redis')[0]).toBe('keys');
  });

  it('may be a cache for every finding of a database under load', () => {
    for (const check of ['connections', 'long-transactions', 'io', 'machine', 'cache-hit'])
      expect(causesOf(`postgres.${check}:x`, 'postgres'), check).toContain('keys');
  });
});
