import { describe, expect, test } from 'vitest';
import { enoughDays, enoughHours, forecast, type Enough, type Forecast } from '../../src/core/forecast.ts';
import type { Point } from '../../src/core/metric.ts';
import { seededRandom } from '../state/seeded-random.ts';

const DAY = 86_400;

/** One point a day, the youngest last. */
function daily(days: number, valueOn: (day: number) => number): Point[] {
  return Array.from({ length: days }, (_, day) => pointAt(day * DAY, valueOn(day)));
}

function hourly(hours: number, valueAt: (hour: number) => number): Point[] {
  return Array.from({ length: hours }, (_, hour) => pointAt(hour * 3600, valueAt(hour)));
}

function pointAt(at: number, value: number): Point {
  return [at, value, value, value];
}

/** Told from where the last point stands. */
function tell(points: readonly Point[], ceiling: number, enough: Enough): Forecast {
  return forecast({ points, now: points.at(-1)?.[1] ?? 0, ceiling }, enough);
}

function rounded(told: Forecast) {
  return 'days' in told
    ? { days: Math.round(told.days), fromDays: Math.round(told.fromDays), toDays: Math.round(told.toDays) }
    : told;
}

describe('a forecast', () => {
  test('of steady growth is the day when it reaches its end, with no range', () => {
    const told = tell(
      daily(20, (day) => 100 + 5 * day),
      255,
      enoughDays,
    );
    expect(rounded(told)).toEqual({ days: 12, fromDays: 12, toDays: 12 });
  });

  test('of noisy growth has a range around the truth, and the same one every time', () => {
    const random = seededRandom(7);
    const noise = Array.from({ length: 30 }, () => 12 * (random() - 0.5));
    const points = daily(30, (day) => 100 + 4 * day + (noise[day] ?? 0));
    const told = tell(points, 340, enoughDays);
    expect(told).toEqual(tell(points, 340, enoughDays));
    const { days, fromDays, toDays } = told as { days: number; fromDays: number; toDays: number };
    expect(fromDays).toBeLessThan(31);
    expect(toDays).toBeGreaterThan(31);
    expect(Math.abs(days - 31)).toBeLessThan(4);
  });

  test('is not moved by a few points that are far off', () => {
    const points = daily(21, (day) => 100 + 5 * day + (day % 7 === 4 ? 15 : 0));
    expect(rounded(tell(points, 260, enoughDays))).toMatchObject({ days: 12 });
  });

  test.each<[string, Point[], string]>([
    ['three points', daily(3, (day) => day), 'too little is known'],
    ['no point at all', [], 'too little is known'],
    ['many points of one morning', hourly(60, (hour) => hour).map(([at, v]) => pointAt(at / 60, v)), 'too little'],
    ['a number that stands still', daily(20, () => 50), 'it does not grow'],
    ['a number that falls slowly', daily(20, (day) => 900 - day), 'it does not grow'],
    ['a step', daily(20, (day) => (day < 10 ? 100 : 700)), 'it does not grow'],
    ['a step a week ago', daily(30, (day) => (day < 24 ? 100 : 700) + (day % 2)), 'too little is known'],
    ['two steps', daily(30, (day) => (day < 10 ? 100 : day < 20 ? 400 : 700)), 'it does not grow'],
    ['a step in slow growth', daily(12, (day) => day + (day < 9 ? 0 : 500)), 'too little is known'],
    ['growth that has stopped', daily(30, (day) => 100 + 20 * Math.min(day, 14)), 'the growth is too uneven'],
    [
      'weeks that go up and down',
      daily(28, (day) => 500 + 200 * Math.sin((day / 7) * 2 * Math.PI)),
      'too little is known',
    ],
    ['waves too small to be breaks', daily(28, (day) => 500 + 9 * Math.sin((day / 7) * 2 * Math.PI)), ''],
    ['a drunken walk', daily(24, (day) => [10, 90, 30, 80, 20, 95, 60, 15][day % 8] ?? 0), ''],
  ])('of %s is silence', (_what, points, reason) => {
    const told = tell(points, 1000, enoughDays);
    expect('silent' in told || 'beyondDays' in told).toBe(true);
    if ('silent' in told) expect(told.silent).toContain(reason);
  });

  test('begins anew after a reset: a failover, or somebody who made room', () => {
    const points = daily(20, (day) => (day < 12 ? 500 + 30 * day : 100 + 10 * (day - 12)));
    expect(rounded(tell(points, 270, enoughDays))).toEqual({ days: 10, fromDays: 10, toDays: 10 });
    expect(tell(points.slice(0, 16), 270, enoughDays)).toEqual({ silent: 'too little is known' });
  });

  test.each([
    ['fallen', 20],
    ['jumped', 330],
  ])('is silent where the number has just %s', (_what, now) => {
    const points = daily(20, (day) => 100 + 5 * day);
    expect(forecast({ points, now, ceiling: 500 }, enoughDays)).toEqual({ silent: 'too little is known' });
    expect(forecast({ points, now: 205, ceiling: 500 }, enoughDays)).toMatchObject({ days: 59 });
  });

  test('of a sawtooth is silence, because each tooth is too short to say anything', () => {
    const told = tell(
      daily(28, (day) => 100 * (day % 4)),
      1000,
      enoughDays,
    );
    expect(told).toEqual({ silent: 'too little is known' });
  });

  test('of what grows steadily needs hours only, and looks only hours ahead', () => {
    const points = hourly(8, (hour) => 10 * hour);
    expect(tell(points, 160, enoughDays)).toEqual({ silent: 'too little is known' });
    expect(tell(points, 160, enoughHours)).toMatchObject({ days: expect.closeTo(9 / 24, 5) });
    expect(tell(points, 5000, enoughHours)).toEqual({ silent: 'it lies too far ahead' });
  });

  test('of very slow growth says that a year is left, once two weeks are known', () => {
    const points = daily(14, (day) => 100 + day);
    expect(tell(points, 2000, enoughDays)).toEqual({ beyondDays: 365 });
    expect(tell(points.slice(0, 8), 2000, enoughDays)).toEqual({ silent: 'it lies too far ahead' });
  });

  test('of a number that stands still but for its noise says that a year is left', () => {
    const random = seededRandom(3);
    const noise = Array.from({ length: 28 }, () => random());
    expect(
      tell(
        daily(28, (day) => 500 + (noise[day] ?? 0)),
        1000,
        enoughDays,
      ),
    ).toEqual({ beyondDays: 365 });
  });

  test('of what is at its end already is today', () => {
    const points = daily(10, (day) => 10 * day);
    expect(tell(points, 90, enoughDays)).toEqual({ days: 0, fromDays: 0, toDays: 0 });
  });
});
