import { describe, expect, it } from 'vitest';
import { localMoment, openUntil, openWindows, timeOfDay, type WindowSpec } from '../../src/config/windows.ts';

function window(more: Partial<WindowSpec>): WindowSpec {
  const none = { weekly: [], dates: [], expects: [], holdsBack: [] };
  return { name: 'deploys', subject: 'production', timezone: 'Europe/Berlin', ...none, ...more };
}
const clock = (text: string): number => timeOfDay(text) ?? -1;
const weekly = (days: WindowSpec['weekly'][number]['days'], from: string, to: string) =>
  window({ weekly: [{ days, from: clock(from), to: clock(to) }] });
const once = (from: string, to: string) => {
  const ends = { from: localMoment(from), to: localMoment(to) };
  if (!ends.from || !ends.to) throw new Error('no such moment');
  return window({ dates: [{ from: ends.from, to: ends.to }] });
};
const until = (spec: WindowSpec, iso: string): string | undefined => {
  const end = openUntil(spec, Date.parse(iso));
  return end === undefined ? undefined : new Date(end).toISOString();
};

describe('a weekly window', () => {
  const nightly = weekly(['tue'], '02:00', '04:00');

  it('is open from its first minute to before its last, on the clocks of its zone', () => {
    expect(until(nightly, '2026-11-24T00:59:59Z')).toBeUndefined();
    expect(until(nightly, '2026-11-24T01:00:00Z')).toBe('2026-11-24T03:00:00.000Z');
    expect(until(nightly, '2026-11-24T02:59:59Z')).toBe('2026-11-24T03:00:00.000Z');
    expect(until(nightly, '2026-11-24T03:00:00Z')).toBeUndefined();
  });

  it('moves with the clocks: an hour earlier by UTC in summer', () => {
    expect(until(nightly, '2026-07-07T00:00:00Z')).toBe('2026-07-07T02:00:00.000Z');
  });

  it('that ends before it begins ends on the next day, also over the end of the week and the year', () => {
    const saturday = weekly(['sat'], '22:00', '02:00');
    expect(until(saturday, '2026-11-28T21:00:00Z')).toBe('2026-11-29T01:00:00.000Z');
    expect(until(saturday, '2026-11-29T00:30:00Z')).toBe('2026-11-29T01:00:00.000Z');
    expect(until(saturday, '2026-11-28T00:30:00Z')).toBeUndefined();
    expect(until(weekly(['thu'], '22:00', '02:00'), '2027-01-01T00:30:00Z')).toBe('2027-01-01T01:00:00.000Z');
  });

  it('lasts a day where it ends when it begins', () => {
    expect(until(weekly(['tue'], '00:00', '00:00'), '2026-11-24T12:00:00Z')).toBe('2026-11-24T23:00:00.000Z');
  });

  it('is an hour longer in the night in which the clocks go back', () => {
    const sunday = weekly(['sun'], '02:30', '02:45');
    // 02:30 comes at 00:30 UTC and again at 01:30 UTC.
    expect(until(sunday, '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:45:00.000Z');
    expect(until(sunday, '2026-10-25T01:44:00Z')).toBe('2026-10-25T01:45:00.000Z');
  });

  it('moves on in the night in which its time is skipped', () => {
    const sunday = weekly(['sun'], '02:15', '02:45');
    expect(until(sunday, '2026-03-29T01:15:00Z')).toBe('2026-03-29T01:45:00.000Z');
    expect(until(sunday, '2026-03-29T00:59:00Z')).toBeUndefined();
  });

  it('keeps time where the zone is half an hour off, and where a day ends at another time of UTC', () => {
    const kolkata = { ...nightly, timezone: 'Asia/Kolkata' };
    expect(until(kolkata, '2026-11-23T20:30:00Z')).toBe('2026-11-23T22:30:00.000Z');
    const auckland = { ...nightly, timezone: 'Pacific/Auckland' };
    expect(until(auckland, '2026-11-23T13:00:00Z')).toBe('2026-11-23T15:00:00.000Z');
  });
});

describe('a date of the deploy calendar', () => {
  it('is open once', () => {
    const freeze = once('2026-11-27 22:00', '2026-11-28 02:00');
    expect(until(freeze, '2026-11-27T21:00:00Z')).toBe('2026-11-28T01:00:00.000Z');
    expect(until(freeze, '2026-12-04T21:00:00Z')).toBeUndefined();
  });

  it('is read from a day that exists', () => {
    expect(localMoment('2026-04-31 10:00')).toBeUndefined();
    expect(localMoment('2026-11-27 24:00')).toBeUndefined();
    expect(localMoment('2026-11-27T22:00')).toEqual({ year: 2026, month: 11, day: 27, minutes: 1320 });
  });
});

describe('the open windows of a target', () => {
  const at = Date.parse('2026-11-24T02:00:00Z');
  const open = weekly(['tue'], '02:00', '04:00');

  it('are its own and those of its environment, the last to end first', () => {
    const own = {
      ...weekly(['tue'], '03:00', '06:00'),
      name: 'own',
      subject: 'orders-db',
      expects: ['postgres.locks'],
    };
    const other = { ...open, name: 'other', subject: 'users-db' };
    expect(openWindows([open, own, other], { name: 'orders-db', environment: 'production' }, at)).toEqual([
      { name: 'own', until: '2026-11-24T05:00:00.000Z', expects: ['postgres.locks'] },
      { name: 'deploys', until: '2026-11-24T03:00:00.000Z', expects: [] },
    ]);
    expect(openWindows([open], { name: 'orders-db', environment: 'staging' }, at)).toEqual([]);
  });
});
