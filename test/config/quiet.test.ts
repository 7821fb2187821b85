import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const withWindow = (lines: string): string => `${text}\nwindows:\n  deploys: ${lines}\n`;
const wrong = (lines: string): string[] =>
  problemsOf(withWindow(lines)).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));

const when = 'weekly: [{ days: [sun], from: "02:00", to: "04:00" }]';

describe('a window', () => {
  it('is read with what it holds back', () => {
    const { windows } = configOf(
      withWindow(
        '{ environment: production, timezone: Europe/Berlin, expects: [postgres.idle-in-transaction, postgres.reachable:orders-db-2], holdsBack: [nightly], weekly: [{ days: [sat, sun], from: "22:00", to: "02:00" }], dates: [{ from: "2026-11-27 22:00", to: "2026-11-28 02:00" }] }',
      ),
    );
    expect(windows).toEqual([
      {
        name: 'deploys',
        subject: 'production',
        timezone: 'Europe/Berlin',
        weekly: [{ days: ['sat', 'sun'], from: 1320, to: 120 }],
        dates: [
          {
            from: { year: 2026, month: 11, day: 27, minutes: 1320 },
            to: { year: 2026, month: 11, day: 28, minutes: 120 },
          },
        ],
        expects: ['postgres.idle-in-transaction', 'postgres.reachable:orders-db-2'],
        holdsBack: ['nightly'],
      },
    ]);
  });

  it('names one place that exists', () => {
    const either = 'windows.deploys: a window names either an environment or a target';
    expect(wrong(`{ ${when} }`)).toEqual([either]);
    expect(wrong(`{ environment: production, target: orders-db, ${when} }`)).toEqual([either]);
    expect(wrong(`{ target: order-db, ${when} }`)).toEqual([
      'windows.deploys.target: there is no target of this name (did you mean orders-db?)',
    ]);
  });

  it('says when it is, in times that exist', () => {
    expect(wrong('{ target: orders-db }')).toEqual([
      'windows.deploys: a window says when it is: under `weekly` or `dates`',
    ]);
    expect(wrong('{ target: orders-db, weekly: [{ days: [sunday], from: "2:00", to: "25:00" }] }')).toEqual([
      'windows.deploys.weekly[0].days[0]: is not one of the known words; known are sun, mon, tue, wed, thu, fri, sat',
      'windows.deploys.weekly[0].from: a time of day is written "02:00", from "00:00" to "23:59"',
      'windows.deploys.weekly[0].to: a time of day is written "02:00", from "00:00" to "23:59"',
    ]);
    expect(wrong('{ target: orders-db, dates: [{ from: "2026-02-30 10:00", to: "2026-03-01 10:00" }] }')).toEqual([
      'windows.deploys.dates[0].from: a moment is a day that exists and a time of day: "2026-11-27 22:00"',
    ]);
    expect(wrong('{ target: orders-db, dates: [{ from: "2026-11-28 02:00", to: "2026-11-27 22:00" }] }')).toEqual([
      'windows.deploys.dates[0].to: a window ends after it has begun',
    ]);
  });

  it('is in a time zone that exists', () => {
    expect(wrong(`{ target: orders-db, timezone: Europe/Berlim, ${when} }`)).toEqual([
      'windows.deploys.timezone: is not a known IANA time zone such as Europe/Berlin or UTC (did you mean Europe/Berlin?)',
    ]);
  });

  it('expects what a check can find, and holds back schedules that exist', () => {
    expect(
      wrong(`{ target: orders-db, expects: ["postgres.idle-in-transactio:x"], holdsBack: [nightli], ${when} }`),
    ).toEqual([
      'windows.deploys.expects[0]: there is no check of this id (did you mean postgres.idle-in-transaction?)',
      'windows.deploys.holdsBack[0]: there is no schedule of this name (did you mean nightly?)',
    ]);
  });
});

describe('hidden names', () => {
  const hides = (config: string) => configOf(config).targets.find(({ name }) => name === 'orders-db')?.hideNames;
  const everywhere = `${text}\nhideNames: true\n`;

  it('are what the target says, then its environment, then the file; shown where nobody says', () => {
    expect(hides(text)).toBeUndefined();
    expect(hides(everywhere)).toBe(true);
    const not = everywhere.replace('channel: C0DBALERTS', 'channel: C0DBALERTS\n    hideNames: false');
    expect(hides(not)).toBeUndefined();
    expect(hides(not.replace('alarms: [orders-lag]', 'alarms: [orders-lag]\n    hideNames: true'))).toBe(true);
  });
});

describe('looks in a row', () => {
  const hysteresis = (config: string, check = 'postgres.idle-in-transaction') =>
    configOf(config).hysteresis('orders-db', check);

  it('are laid over each other: global, environment, target', () => {
    const config = text
      .replace(
        'channel: C0DBALERTS',
        'channel: C0DBALERTS\n    hysteresis: { postgres.idle-in-transaction: { fireAfter: 3 } }',
      )
      .replace(
        'alarms: [orders-lag]',
        'alarms: [orders-lag]\n    hysteresis: { postgres.idle-in-transaction: { clearAfter: 1 } }',
      );
    expect(
      hysteresis(`${config}\nhysteresis:\n  postgres.idle-in-transaction: { fireAfter: 5, clearAfter: 5 }\n`),
    ).toEqual({
      fireAfter: 3,
      clearAfter: 1,
    });
    expect(hysteresis(text)).toEqual({});
  });

  it('are set for checks that exist, in whole numbers', () => {
    const lines = (line: string) =>
      problemsOf(`${text}\nhysteresis:\n  ${line}\n`).map(({ path, message }) => [path, message]);
    expect(lines('postgres.idle: { fireAfter: 1 }')).toEqual([
      ['hysteresis["postgres.idle"]', 'there is no check of this id'],
    ]);
    expect(lines('postgres.idle-in-transaction: { fireAfter: 0 }')).toHaveLength(1);
  });
});
