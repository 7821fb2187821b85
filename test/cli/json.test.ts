import { describe, expect, it } from 'vitest';
import { renderJson, schemaVersion } from '../../src/cli/json.ts';
import { faultCodes } from '../../src/core/errors.ts';
import { expectPublished, faultsIn } from '../published-json.ts';
import { anyReport, chance, finding } from '../slack/reports.ts';
import { report } from './fixture.ts';

describe('what --json prints', () => {
  it('is as published for reports of any size and any text, those of an environment too', () => {
    const random = chance(20261125);
    for (let n = 0; n < 30; n += 1) expectPublished({ done: anyReport(random) });
  });

  it('is as published with every field that a report may leave out, and without them', () => {
    const lag = finding('postgres.replication-lag:shop-db-2', {
      measure: { value: 94, unit: 's', limit: 30, step: 10 },
      actions: [{ label: 'Look', operation: 'health', target: 'shop-db', args: [], disruptive: false }],
    });
    const gap = { check: 'postgres.locks', kind: 'skipped', reason: 'may not look' } as const;
    const coverage = { asked: 3, answered: 1, gaps: [gap, { ...gap, fix: 'GRANT pg_monitor TO nightshift_read' }] };
    const chart = { title: 'Lag', unit: 's', limits: [{ label: 'warning', value: 30 }], series: [] };
    expectPublished({ done: report({ findings: [lag], coverage, charts: [chart] }) });
    expectPublished({ done: report() });
  });

  it('is as published for a refusal and for every way to fail', () => {
    expectPublished({ refused: 'You are viewer in laptop; this needs the role operator.', who: 'omar or ada' });
    expectPublished({ refused: 'the session is gone; nothing was done' });
    for (const code of faultCodes) expectPublished({ failed: 'it does not answer', code });
  });

  it('names the version of its schema first', () => {
    expect(renderJson({ done: report() })).toMatch(new RegExp(`^\\{\\n  "schemaVersion": ${schemaVersion},`));
    expect(faultsIn({ ...report() })).toContain("must have required property 'schemaVersion'");
    expect(faultsIn({ schemaVersion: schemaVersion + 1, ...report() })).not.toEqual([]);
  });
});

describe('the published schema', () => {
  const right = () => ({ schemaVersion, ...report({ findings: [finding('postgres.locks:root')] }) });

  it('lets pass a field that a later release adds', () => {
    expect(faultsIn({ ...right(), added: { later: true } })).toEqual([]);
  });

  it.each<[string, object]>([
    ['without a status', { status: undefined }],
    ['with a status that is none', { status: 'green' }],
    ['whose headline is a number', { headline: 7 }],
    ['whose time is no time', { at: 'yesterday' }],
    ['whose finding has no sentence', { findings: [{ ...finding('a:b'), sentence: undefined }] }],
    ['whose finding has another severity', { findings: [{ ...finding('a:b'), severity: 'fatal' }] }],
    ['whose measure has no unit', { findings: [{ ...finding('a:b'), measure: { value: 1, limit: 2, step: 1 } }] }],
    ['whose gap says neither skipped nor unreliable', { coverage: { asked: 1, answered: 0, gaps: [{ check: 'a' }] } }],
    ['whose table has a cell that is a list', { tables: [{ title: 'T', columns: [], rows: [{ a: [] }] }] }],
    ['with a wrong part', { parts: [{ ...report(), status: 'fine' }] }],
  ])('refuses a report %s', (_, wrong) => {
    const document: unknown = JSON.parse(JSON.stringify({ ...right(), ...wrong }));
    expect(faultsIn(document)).not.toEqual([]);
  });

  it('refuses an outcome that is neither, and a failure without one of the codes', () => {
    expect(faultsIn({ schemaVersion })).not.toEqual([]);
    expect(faultsIn({ schemaVersion, failed: 'it broke', code: 'oops' })).not.toEqual([]);
    expect(faultsIn({ schemaVersion, failed: 'it broke' })).not.toEqual([]);
  });
});
