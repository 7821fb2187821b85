import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import type { Message } from '../../src/slack/blocks.ts';
import { renderIncident } from '../../src/slack/render-incident.ts';
import { simplified } from '../../src/slack/render-progress.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { faultsOf, textOf } from './block-rules.ts';
import { anyReport, at, chance } from './reports.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1);
const styles = ['channel', 'ephemeral'] as const;

function allFindings(report: Report): number {
  return report.findings.length + report.parts.reduce((sum, part) => sum + allFindings(part), 0);
}

function messagesOf(report: Report, style: (typeof styles)[number]): Message[] {
  const { thread, ...main } = renderReport(report, { style });
  return [main, ...thread];
}

/** How many different marks of a kind can be read, and how many more are counted. */
function told(messages: readonly Message[], mark: string, counts: RegExp): { read: number; counted: number } {
  const texts = messages.map(textOf).join('\n');
  const read = new Set(texts.match(new RegExp(`${mark}\\d+${mark}`, 'g'))).size;
  const counted = [...texts.matchAll(counts)].reduce((sum, found) => sum + Number(found[1]), 0);
  return { read, counted };
}

describe('a storm of 100 random reports', () => {
  test.each(styles)('never breaks a limit of Slack (%s)', (style) => {
    for (const seed of seeds) {
      const faults = messagesOf(anyReport(chance(seed)), style).flatMap(faultsOf);
      expect(faults, `seed ${seed}`).toEqual([]);
    }
  });

  test('never breaks one as an incident, nor where Slack refuses its newer blocks', () => {
    const alarm = { name: 'a&<!channel>'.repeat(20), state: 'ALARM', at, reason: '<&>'.repeat(300) } as const;
    const incident = { target: '<shop>&', openedAt: at, alarms: Array.from({ length: 30 }, () => alarm) };
    for (const seed of seeds) {
      const { thread, ...main } = renderIncident(incident, anyReport(chance(seed)));
      const messages = [main, ...thread];
      expect([...messages, ...messages.map(simplified)].flatMap(faultsOf), `seed ${seed}`).toEqual([]);
    }
  });

  test.each(styles)('loses no finding: each can be read or is counted (%s)', (style) => {
    for (const seed of seeds) {
      const report = anyReport(chance(seed), 0);
      const { read, counted } = told(messagesOf(report, style), 'F', /Left out for length:[^"]*?(\d+) findings?/g);
      expect(read, `seed ${seed}`).toBeLessThanOrEqual(allFindings(report));
      expect(read + counted, `seed ${seed}`).toBeGreaterThanOrEqual(allFindings(report));
    }
  });

  test('loses no row: each can be read or is counted', () => {
    for (const seed of seeds) {
      const report = anyReport(chance(seed), 0);
      const tables = report.tables.filter((table) => table.columns.length > 0 && table.rows.length > 0);
      const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
      const messages = messagesOf(report, 'channel');
      const { read, counted: left } = told(messages, 'R', /Left out for length:[^"]*?(\d+) rows?/g);
      const { counted: more } = told(messages, 'R', /(\d+) rows? more/g);
      expect(read + left + more, `seed ${seed}`).toBe(rows);
    }
  });

  test('pings nobody', () => {
    for (const seed of seeds) {
      const texts = messagesOf(anyReport(chance(seed)), 'channel')
        .map(textOf)
        .join('');
      expect(texts.match(/<!(?!date\^)|<@U1|@here/g) ?? [], `seed ${seed}`).toEqual([]);
    }
  });
});
