import { expect, test } from 'vitest';
import { emptyReport, type Report, type ReportedFinding } from '../../src/core/report.ts';
import { environmentReport } from '../../src/operations/health/report.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { CHANNEL } from '../local/slack/workspace.ts';
import { DESKTOP, PHONE } from './open-browser.ts';
import { consoleStarter, widestPart } from './start-console.ts';
import { takePicture } from './take-picture.ts';

const start = consoleStarter();
const AT = new Date().toISOString();
const CHECKS = { asked: 35, answered: 35, gaps: [] };

function part(subject: string, status: Report['status'], headline: string, more: Partial<Report> = {}): Report {
  return {
    ...emptyReport({ operation: 'health', subject, status, headline, at: AT }),
    coverage: CHECKS,
    ...more,
  };
}

function finding(key: string, severity: ReportedFinding['severity'], sentence: string): ReportedFinding {
  return { key, severity, sentence, change: 'NEW', since: AT, evidence: null, next: 'Look at it.' };
}

/** A bad night of a company: two critical, one that does not answer, three warnings, the rest as every night. */
const parts: readonly Report[] = [
  ...Array.from({ length: 94 }, (_, n) => part(`shop-${String(n + 1).padStart(2, '0')}`, 'healthy', 'healthy')),
  part('billing-db', 'critical', '1 critical', {
    findings: [
      finding(
        'postgres.locks:root',
        'critical',
        '41 sessions wait behind pid 2211 (app `billing`, idle in transaction for 14 m), the oldest for 6 m.',
      ),
    ],
  }),
  part('search-cache', 'critical', '1 critical', {
    findings: [
      finding(
        'redis.memory:search-cache-1',
        'critical',
        'search-cache-1 (primary) uses 15.6 GB of maxmemory 16 GB (97 %).',
      ),
    ],
  }),
  part('ledger-db', 'unknown', 'could not be looked at: 0 of 35 checks answered', {
    coverage: { asked: 35, answered: 0, gaps: [{ check: 'postgres.locks', kind: 'unreliable', reason: 'no answer' }] },
  }),
  ...['stock-db', 'mail-db', 'search-db'].map((name) =>
    part(name, 'warning', '1 warning', {
      findings: [
        finding('postgres.replication-lag:2', 'warning', `${name}-2 is 94 s behind ${name}-1 (warning at 30 s).`),
      ],
    }),
  ),
];

test('a hundred targets are one message, worst first, read at a glance on a desk and on a phone', async () => {
  const { page, client, faults } = await start({ viewport: DESKTOP });
  const { thread, ...main } = renderReport(environmentReport('production', parts, AT), { style: 'channel' });
  const posted = await client.chat.postMessage({ channel: CHANNEL, ...main });
  for (const message of thread) {
    await client.chat.postMessage({ channel: CHANNEL, ...message, ...(posted.ts ? { thread_ts: posted.ts } : {}) });
  }
  const message = page
    .getByRole('article')
    .filter({ hasText: '6 of 100 targets need a look: 2 critical, 3 warning, 1 unknown' });
  await message.getByText('94 targets healthy').waitFor();
  const text = (await message.textContent()) ?? '';
  const places = ['ledger-db', 'billing-db', 'search-cache', 'stock-db', '94 targets healthy'].map((name) =>
    text.indexOf(name),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  const height = (await message.boundingBox())?.height ?? Infinity;
  expect(height).toBeLessThan(DESKTOP.height);
  await page.getByLabel('Drills', { exact: true }).getByRole('button', { name: 'Close' }).click();
  await takePicture(page, 'fleet');
  await page.setViewportSize(PHONE);
  await message.getByText('94 targets healthy').waitFor();
  expect(await widestPart(page)).toBe(PHONE.width);
  await takePicture(page, 'fleet-phone');
  expect(faults).toEqual([]);
});
