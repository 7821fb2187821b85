import { expect, test } from 'vitest';
import { foldedDay, hoursOf } from '../../src/state/fold-day.ts';

function look(at: string, value: number) {
  return { at, metrics: [{ name: 'lag', value, unit: 's' }] };
}

test('hours have their least, mean and most, in order, whatever the order of the looks', () => {
  const day = foldedDay([
    look('2026-11-24T05:59:59.999Z', 9),
    look('2026-11-24T03:00:00.000Z', 1),
    look('2026-11-24T05:00:00.000Z', 2),
  ]);
  const hour = Date.parse('2026-11-24T03:00:00Z') / 3_600_000;
  expect(day).toEqual({
    lag: [
      [hour, 1, 1, 1],
      [hour + 2, 5.5, 2, 9],
    ],
  });
});

test.each(['2026-03-29', '2026-10-25'])('a day on which the clocks change (%s) has its 24 hours, each once', (date) => {
  const looks = Array.from({ length: 48 }, (_, n) => {
    return look(new Date(Date.parse(`${date}T00:00:00Z`) + n * 1_800_000).toISOString(), n);
  });
  const points = hoursOf(foldedDay(looks), new Set(['lag'])).map(({ point }) => point);
  expect(points.map(([at]) => at - Date.parse(`${date}T00:00:00Z`) / 1000)).toEqual(
    Array.from({ length: 24 }, (_, n) => n * 3600 + 1800),
  );
  expect(points[2]).toEqual([Date.parse(`${date}T02:30:00Z`) / 1000, 4.5, 4, 5]);
});

test('a metric that comes and goes has only the hours in which it was seen', () => {
  const gone = { at: '2026-11-24T04:00:00.000Z', metrics: [] };
  expect(foldedDay([look('2026-11-24T03:00:00.000Z', 1), gone])).toHaveProperty('lag.length', 1);
  expect(hoursOf({}, new Set(['lag']))).toEqual([]);
});

test('what is stored is short: seven digits', () => {
  const day = foldedDay([look('2026-11-24T03:00:00.000Z', 1), look('2026-11-24T03:10:00.000Z', 1 / 3)]);
  expect(day['lag']?.[0]?.slice(1)).toEqual([0.6666667, 0.3333333, 1]);
});
