import { describe, expect, test } from 'vitest';
import { foldChanges } from '../../src/state/incident-fold.ts';
import { foldAlarm, keptChanges, type FoldedChange, type TargetAlarms } from '../../src/state/incident-rules.ts';
import type { AlarmChange, AlarmState } from '../../src/state/incident.ts';
import { permutations, seededRandom, shuffled } from './seeded-random.ts';

const nothing: TargetAlarms = { target: 'shop-db', changes: [] };

function change(alarm: string, state: AlarmState, minute: number): AlarmChange {
  return {
    alarm,
    state,
    at: new Date(Date.UTC(2026, 10, 24, 3, minute)).toISOString(),
    reason: `${state} at ${minute}`,
  };
}

function deliver(changes: readonly AlarmChange[]): { all: FoldedChange[]; last: TargetAlarms } {
  const all: FoldedChange[] = [];
  let last = nothing;
  for (const each of changes) {
    const folded = foldAlarm(last, each);
    all.push(folded);
    last = folded.alarms;
  }
  return { all, last };
}

function outcomes(...changes: readonly AlarmChange[]): string[] {
  return deliver(changes).all.map(({ outcome }) => outcome);
}

/** What a person would see, without the id, which depends on what was told first. */
function seen(alarms: TargetAlarms): unknown {
  return foldChanges(alarms.changes);
}

function randomChanges(random: () => number, count: number): AlarmChange[] {
  const states: readonly AlarmState[] = ['ALARM', 'ALARM', 'OK', 'INSUFFICIENT_DATA'];
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T | undefined =>
    from[Math.floor(random() * from.length)];
  return Array.from({ length: count }, () =>
    change(pick(['lag', 'disk', 'cpu']) ?? 'lag', pick(states) ?? 'OK', Math.floor(random() * 40)),
  );
}

describe('an incident', () => {
  test('opens with the first alarm, grows with the next, ends when each is OK', () => {
    expect(
      outcomes(change('lag', 'ALARM', 0), change('disk', 'ALARM', 1), change('lag', 'OK', 2), change('disk', 'OK', 3)),
    ).toEqual(['opened', 'updated', 'updated', 'resolved']);
  });

  test('keeps one id from its first alarm to its end', () => {
    const { all } = deliver([
      change('lag', 'ALARM', 0),
      change('disk', 'ALARM', 1),
      change('lag', 'OK', 2),
      change('disk', 'OK', 3),
    ]);
    expect(new Set(all.map(({ incident }) => incident?.id)).size).toBe(1);
    expect(all.at(-1)?.incident).toMatchObject({
      openedAt: '2026-11-24T03:00:00.000Z',
      resolvedAt: '2026-11-24T03:03:00.000Z',
      alarms: { lag: { state: 'OK' }, disk: { state: 'OK' } },
    });
  });

  test('is not ended by an alarm that lost its data', () => {
    const { all } = deliver([change('lag', 'ALARM', 0), change('lag', 'INSUFFICIENT_DATA', 1)]);
    expect(all.at(-1)).toMatchObject({
      outcome: 'updated',
      incident: { alarms: { lag: { state: 'INSUFFICIENT_DATA' } } },
    });
    expect(all.at(-1)?.incident?.resolvedAt).toBeUndefined();
  });

  test('opens when ALARM comes after the INSUFFICIENT_DATA that followed it', () => {
    expect(outcomes(change('lag', 'INSUFFICIENT_DATA', 1), change('lag', 'ALARM', 0))).toEqual(['ignored', 'opened']);
  });

  test('ends when OK comes after the INSUFFICIENT_DATA that followed it', () => {
    expect(outcomes(change('lag', 'ALARM', 0), change('lag', 'INSUFFICIENT_DATA', 2), change('lag', 'OK', 1))).toEqual([
      'opened',
      'updated',
      'resolved',
    ]);
  });

  test('is not opened by an ALARM older than the OK that is known', () => {
    expect(outcomes(change('lag', 'OK', 1), change('lag', 'ALARM', 0))).toEqual(['ignored', 'stale']);
  });

  test('is left alone by an OK of an alarm that never joined', () => {
    expect(outcomes(change('lag', 'ALARM', 0), change('cpu', 'OK', 1))).toEqual(['opened', 'ignored']);
  });

  test('that ended less than 10 minutes ago is opened again under its id', () => {
    const { all } = deliver([change('lag', 'ALARM', 0), change('lag', 'OK', 1), change('disk', 'ALARM', 11)]);
    expect(all.at(-1)?.outcome).toBe('opened');
    expect(all.at(-1)?.incident?.id).toBe(all[0]?.incident?.id);
    expect(all.at(-1)?.incident?.openedAt).toBe('2026-11-24T03:00:00.000Z');
  });

  test('that ended longer ago is followed by a new one', () => {
    const { all } = deliver([change('lag', 'ALARM', 0), change('lag', 'OK', 1), change('lag', 'ALARM', 12)]);
    expect(all.at(-1)?.outcome).toBe('opened');
    expect(all.at(-1)?.incident?.id).not.toBe(all[0]?.incident?.id);
    expect(all.at(-1)?.incident?.openedAt).toBe('2026-11-24T03:12:00.000Z');
  });
});

describe('a duplicate', () => {
  test('changes nothing and comes with the incident that it was told in', () => {
    const first = deliver([change('lag', 'ALARM', 0)]);
    const again = foldAlarm(first.last, change('lag', 'ALARM', 0));
    expect(again.outcome).toBe('duplicate');
    expect(again.alarms).toBe(first.last);
    expect(again.incident).toEqual(first.all[0]?.incident);
  });

  test('of a change that was told nobody comes without an incident', () => {
    const known = deliver([change('lag', 'ALARM', 0), change('cpu', 'OK', 1)]).last;
    expect(foldAlarm(known, change('cpu', 'OK', 1))).toEqual({ outcome: 'duplicate', alarms: known });
  });

  test('of an incident that was followed by another comes without an incident', () => {
    const known = deliver([change('lag', 'ALARM', 0), change('lag', 'OK', 1), change('lag', 'ALARM', 30)]).last;
    expect(foldAlarm(known, change('lag', 'ALARM', 0))).toEqual({ outcome: 'duplicate', alarms: known });
  });
});

describe('the order of arrival', () => {
  test('of every permutation of a night with duplicates ends in the same incident', () => {
    const night = [
      change('lag', 'ALARM', 0),
      change('disk', 'ALARM', 2),
      change('lag', 'OK', 4),
      change('disk', 'OK', 6),
      change('lag', 'ALARM', 12),
    ];
    const wanted = seen(deliver(night).last);
    let count = 0;
    for (const order of permutations([...night, change('disk', 'ALARM', 2), change('lag', 'OK', 4)])) {
      count += 1;
      const { last, all } = deliver(order);
      expect(seen(last)).toEqual(wanted);
      expect(all.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(2);
    }
    expect(count).toBe(5040);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))('never matters: five changes, seed %i', (seed) => {
    const random = seededRandom(seed);
    const changes = randomChanges(random, 5);
    const wanted = foldChanges(changes.toSorted(byTime));
    for (const order of permutations(changes)) expect(seen(deliver([...order, ...order]).last)).toEqual(wanted);
  });

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('never matters: a long night, seed %i', (seed) => {
    const random = seededRandom(1000 + seed);
    const changes = randomChanges(random, 60);
    const wanted = seen(deliver(changes).last);
    for (let round = 0; round < 10; round++) {
      const { last, all } = deliver(shuffled([...changes, ...changes.slice(0, 30)], random));
      expect(seen(last)).toEqual(wanted);
      const told = (outcome: string) => all.filter((each) => each.outcome === outcome).length;
      const isOpen = foldChanges(last.changes).incident?.resolvedAt === undefined && last.incidentId !== undefined;
      expect(told('opened') - told('resolved')).toBe(isOpen ? 1 : 0);
    }
  });
});

test('a storm of changes keeps the item small, the alarm raised and the hour when it began', () => {
  const storm = Array.from({ length: 500 }, (_, index) =>
    change('flapping', index % 2 === 0 ? 'ALARM' : 'OK', index + 1),
  );
  const { last } = deliver([change('lag', 'ALARM', 0), ...storm]);
  expect(last.changes.length).toBeLessThanOrEqual(keptChanges + 7);
  expect(foldChanges(last.changes).incident).toMatchObject({
    openedAt: '2026-11-24T03:00:00.000Z',
    alarms: { lag: { state: 'ALARM' } },
  });
  expect(foldAlarm(last, change('flapping', 'OK', 2)).outcome).toBe('stale');
});

/** Written apart from the code under test: time, then the worse state last, then the name. */
function byTime(one: AlarmChange, other: AlarmChange): number {
  const order = ['OK', 'INSUFFICIENT_DATA', 'ALARM'];
  const rank = (each: AlarmChange) => `${each.at} ${order.indexOf(each.state)} ${each.alarm}`;
  return rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0;
}
