import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logDirectory, stderrLog, type Entry } from '../../logs/sample-log.ts';
import { documentOf, runLogs } from './run-logs.ts';

const folder = logDirectory();
const at = (minute: number): Pick<Entry, 'time' | 'pid' | 'severity'> => ({
  time: `2026-11-28 01:0${minute}:00.000 UTC`,
  pid: 7,
  severity: 'LOG',
});
const plan = `duration: 9.000 ms  plan:
	Query Text: select b from planned where a = 1
	Seq Scan on planned  (cost=0.00..9.00 rows=1 width=4)
	  Filter: (a = 1)`;

test('a log of two minutes is drawn in two slim columns', async () => {
  const message = 'duration: 5.000 ms  statement: select a from counted where a = 1';
  const log = folder.write('two.log', stderrLog([1, 2].map((minute) => ({ ...at(minute), message }))));
  const page = join(folder.path, 'two.html');
  await runLogs([log, '--html', page]);
  const widths = [...readFileSync(page, 'utf8').matchAll(/<rect[^>]*?width="([\d.]+)"[^>]*?><title>2026/g)];
  expect(widths.map(([, width]) => Number(width))).toEqual(expect.arrayContaining([40, 40]));
  expect(Math.max(...widths.map(([, width]) => Number(width)))).toBeLessThanOrEqual(40);
});

test('a statement of which only plans were logged is none that was called 0 times', async () => {
  const message = 'duration: 5.000 ms  statement: select a from counted where a = 1';
  const log = folder.write(
    'plans.log',
    stderrLog([
      { ...at(1), message },
      { ...at(2), message: plan },
    ]),
  );
  const { statements } = await documentOf([log]);
  expect(statements.map(({ calls, plans }) => [calls, plans])).toEqual([
    [1, 0],
    [0, 1],
  ]);
  const { out } = await runLogs([log]);
  expect(out).toContain('from counted');
  expect(out).not.toContain('from planned');
  expect(out).toContain('and plans alone of 1, without durations');
});
