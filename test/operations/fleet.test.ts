import { describe, expect, it } from 'vitest';
import type { AnswerContext } from '../../src/core/operation.ts';
import { emptyReport, type Report, type Status } from '../../src/core/report.ts';
import { fleet } from '../../src/operations/fleet.ts';
import { expectPublished } from '../published-json.ts';

const now = '2026-11-24T12:00:00.000Z';

function look(status: Status, at: string): Report {
  return emptyReport({ operation: 'health', subject: 'x', status, headline: `is ${status}`, at });
}

function contextWith(reports: Readonly<Record<string, Report | undefined>>): AnswerContext {
  const targets = Object.keys(reports).map((name) => ({
    name,
    engine: 'postgres' as const,
    environment: 'production',
  }));
  return {
    now,
    targets,
    environments: ['production'],
    operations: [],
    latest: async () =>
      targets.map((target) => {
        const report = reports[target.name];
        return report ? { target, report } : { target };
      }),
    mutes: async () => [],
    runs: async () => [],
    run: async () => undefined,
    incident: async () => undefined,
    breakGlass: async () => ({ refused: 'nothing runs' }),
    abort: async () => ({ refused: 'nothing runs' }),
    whyNot: async () => undefined,
  };
}

const answer: typeof fleet.answer = async (...asked) => {
  const done = await fleet.answer(...asked);
  expectPublished({ done });
  return done;
};

describe('the fleet', () => {
  it('shows the worst target first, each with the age of what it says', async () => {
    const context = contextWith({
      good: look('healthy', '2026-11-24T11:00:00.000Z'),
      bad: look('critical', '2026-11-24T11:55:00.000Z'),
    });
    const report = await answer(context, {});
    expect(report.parts.map(({ subject, headline }) => [subject, headline])).toEqual([
      ['bad', 'is critical · 5 min ago'],
      ['good', 'is healthy · 60 min ago'],
    ]);
    expect(report.status).toBe('critical');
  });

  it('calls a target unknown, never green, when the last look is two days old', async () => {
    const report = await answer(contextWith({ old: look('healthy', '2026-11-22T12:00:00.000Z') }), {});
    expect(report.parts[0]).toMatchObject({ status: 'unknown', headline: 'unknown: last looked at 2 d ago' });
  });

  it('calls a target unknown that nobody looked at', async () => {
    const report = await answer(contextWith({ fresh: undefined }), {});
    expect(report.parts[0]).toMatchObject({ status: 'unknown', headline: 'not looked at yet' });
    expect(report.headline).toBe('1 target: 1 unknown');
  });

  it('says so when the person may see nothing', async () => {
    expect((await answer(contextWith({}), {})).headline).toBe('no target that you may see');
  });
});
