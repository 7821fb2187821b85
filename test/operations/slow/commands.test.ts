import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/report.ts';
import { slow } from '../../../src/operations/slow.ts';
import { onRedis } from '../../checks/looking.ts';
import { startTestRedis } from '../../servers.ts';
import { remembering } from '../slow-memory.ts';

const HOUR_MS = 3_600_000;
let nowMs = Date.parse('2026-11-20T00:00:00Z');

function rowsOf(report: Report, title: string) {
  return report.tables.find((table) => table.title.startsWith(title))?.rows ?? [];
}

describe('/db slow of Redis', () => {
  it('counts commands, their latencies and the slow log, and names what is called more often', async () => {
    const cache = await startTestRedis();
    try {
      const memory = remembering(() => nowMs);
      const look = async (calls: number) => {
        for (let n = 0; n < calls; n++) await cache.call('SET', `user:${n}`, 'planted-secret');
        for (let n = 0; n < 50; n++) await cache.call('GET', `user:${n}`);
        nowMs += HOUR_MS;
        return onRedis(cache, (target) => memory.ask(slow, target, { since: '1h' }));
      };
      await cache.call('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
      await cache.call('CONFIG', 'SET', 'latency-monitor-threshold', '1');
      await cache.call('EVAL', 'local n = 0 while n < 2000000 do n = n + 1 end', '0');
      for (let n = 0; n < 5; n++) await look(50);
      const report = await look(900);
      expect(report.findings[0]?.sentence).toMatch(/^SET is called 18× as often/);
      expect(rowsOf(report, 'Commands of shop-cache-1').map(({ command }) => command)).toContain('SET');
      const commands = report.tables.find(({ title }) => title.startsWith('Commands of'));
      expect(commands?.columns.map(({ key }) => key)).toEqual(['command', 'share', 'mean', 'was', 'calls', 'total']);
      // The last hour is what is shown.
      expect(report.next.map(({ label }) => label)).toEqual(['Last 7 days']);
      expect(rowsOf(report, 'Slow log of shop-cache-1').map(({ command }) => command)).toContain('GET user:*');
      expect(rowsOf(report, 'What held up shop-cache-1').map(({ event }) => event)).toContain('command');
      expect(JSON.stringify(report)).not.toContain('planted-secret');
    } finally {
      await cache.stop();
    }
  });
});
