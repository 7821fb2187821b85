import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverFrom } from '../../../src/backups/wal/cover.ts';
import { planDrain, planFromSlot, type WalSource } from '../../../src/backups/wal/drain-plan.ts';
import { timelinePath } from '../../../src/backups/wal/history.ts';
import { lsnOf, lsnText } from '../../../src/core/lsn.ts';
import { segmentName, segmentOf } from '../../../src/backups/wal/segment.ts';
import { bestOf, storedWal, walKey, type StoredWal } from '../../../src/backups/wal/stored.ts';

const MIB = 1024 ** 2;
const SEGMENT = 16 * MIB;
const system = { target: 'shop-db', engine: 'postgres', systemId: '7711457467643058932', major: 18 } as const;
const sizes = fc.integer({ min: 0, max: 10 }).map((n) => MIB * 2 ** n);
const positions = fc.bigInt({ min: 0n, max: 2n ** 60n });
const at = (segments: number, bytes = 0) => BigInt(segments * SEGMENT + bytes);

test('a position and its text are the same', () => {
  expect(lsnText(lsnOf('16/B374D848'))).toBe('16/B374D848');
  expect(lsnOf('0/3000028')).toBe(0x3000028n);
  fc.assert(fc.property(positions, (lsn) => lsnOf(lsnText(lsn)) === lsn));
  for (const text of ['', '0', '0/', 'x/1', '0/123456789', "0/0'; drop"]) expect(() => lsnOf(text)).toThrow();
});

test('segments are called as PostgreSQL calls them, whatever their size', () => {
  expect(segmentName({ timeline: 1, startLsn: at(3) }, SEGMENT)).toBe('000000010000000000000003');
  expect(segmentName({ timeline: 26, startLsn: 0x16_b300_0000n }, SEGMENT)).toBe('0000001A00000016000000B3');
  expect(segmentName({ timeline: 1, startLsn: 0x1_4000_0000n }, 1024 * MIB)).toBe('000000010000000100000001');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), positions, sizes, (timeline, lsn, segmentBytes) => {
      const segment = { timeline, startLsn: lsn - (lsn % BigInt(segmentBytes)) };
      expect(segmentOf(segmentName(segment, segmentBytes), segmentBytes)).toEqual(segment);
    }),
  );
  expect(segmentOf('0000000100000001000000FF', 1024 * MIB)).toBeUndefined();
  expect(segmentOf('00000002.history', SEGMENT)).toBeUndefined();
});

const piece = (timeline: number, segment: number, bytes = SEGMENT): StoredWal => {
  const of = { timeline, startLsn: at(segment), endLsn: at(segment, bytes) };
  const found = storedWal(
    { key: walKey(system, of, SEGMENT), sizeBytes: 1, modifiedAt: '2026-11-29T00:00:00.000Z' },
    SEGMENT,
  );
  if (found === undefined) throw new Error('not read back');
  return found;
};

test('the keys of a segment and of its beginning say where they end, and are read back', () => {
  expect(piece(1, 3).key).toBe('shop-db/postgres-7711457467643058932-18/wal/00000001/000000010000000000000003.zst');
  expect(piece(1, 3, 40).key).toMatch(/000000010000000000000003\.partial\.0000000003000028\.zst$/);
  expect(piece(1, 3, 40)).toMatchObject({ timeline: 1, startLsn: at(3), endLsn: at(3, 40), isWhole: false });
  for (const key of ['a/000000010000000000000003', 'a/00000002.history', 'a/000000010000000000000003.partial.00.zst'])
    expect(storedWal({ key, sizeBytes: 1, modifiedAt: '' }, SEGMENT)).toBeUndefined();
});

test('of a segment the whole counts, else the longest beginning', () => {
  const [a, b, c, d] = [piece(1, 3, 100), piece(1, 3, 900), piece(1, 4, 10), piece(1, 4)] as const;
  expect(bestOf([d, a, b, c])).toEqual([b, d]);
});

test('a history says the way of timelines', () => {
  expect(timelinePath(1, undefined)).toEqual([{ timeline: 1, beginLsn: 0n }]);
  const history = '1\t0/5000000\tno recovery target specified\n\n# note\n3\t0/9000060\tat restore point "x"\n';
  expect(timelinePath(4, history)).toEqual([
    { timeline: 1, beginLsn: 0n, endLsn: 0x5000000n },
    { timeline: 3, beginLsn: 0x5000000n, endLsn: 0x9000060n },
    { timeline: 4, beginLsn: 0x9000060n },
  ]);
  expect(() => timelinePath(2, '')).toThrow();
  expect(() => timelinePath(2, 'nonsense\n')).toThrow();
});

describe('what is drained', () => {
  const one: WalSource = {
    path: [{ timeline: 1, beginLsn: 0n }],
    flushLsn: at(5, 700),
    slotLsn: at(3, 40),
    segmentBytes: SEGMENT,
  };
  const two: WalSource = {
    ...one,
    path: [
      { timeline: 1, beginLsn: 0n, endLsn: at(4, 500) },
      { timeline: 2, beginLsn: at(4, 500) },
    ],
  };
  const told = (plan: ReturnType<typeof planDrain>) =>
    'lost' in plan
      ? plan
      : {
          gap: plan.gap,
          pieces: plan.stretches.flatMap(({ pieces }) =>
            pieces.map(({ timeline, startLsn, endLsn }) => [
              timeline,
              Number(startLsn) / SEGMENT,
              Number(endLsn - startLsn),
            ]),
          ),
        };

  test('with an empty store it begins at the slot, and nothing before it is known', () => {
    expect(told(planDrain(one, undefined))).toEqual({
      gap: { afterLsn: null },
      pieces: [
        [1, 3, SEGMENT],
        [1, 4, SEGMENT],
        [1, 5, 700],
      ],
    });
  });

  test('it goes on where the store ends: the segment that has only begun there is stored anew', () => {
    expect(told(planDrain(one, { timeline: 1, endLsn: at(4, 100) }))).toEqual({
      gap: undefined,
      pieces: [
        [1, 4, SEGMENT],
        [1, 5, 700],
      ],
    });
    expect(told(planDrain(one, { timeline: 1, endLsn: at(5) }))).toEqual({ gap: undefined, pieces: [[1, 5, 700]] });
  });

  test('where nothing was written nothing is stored', () => {
    expect(told(planDrain(one, { timeline: 1, endLsn: at(5, 700) }))).toEqual({ gap: undefined, pieces: [] });
  });

  test('after a promotion the old timeline is stored to its end and the new one from the segment in which it begins', () => {
    expect(told(planDrain(two, { timeline: 1, endLsn: at(3, 9) }))).toEqual({
      gap: undefined,
      pieces: [
        [1, 3, SEGMENT],
        [1, 4, 500],
        [2, 4, SEGMENT],
        [2, 5, 700],
      ],
    });
  });

  test('what the store has beyond the fork is left where it is', () => {
    expect(told(planDrain(two, { timeline: 1, endLsn: at(5, 300) }))).toEqual({
      gap: undefined,
      pieces: [
        [2, 4, SEGMENT],
        [2, 5, 700],
      ],
    });
  });

  test('a server that has less than it once had is told apart from one that is up to date', () => {
    expect(planDrain(one, { timeline: 1, endLsn: at(5, 701) })).toEqual({ lost: at(5, 701) });
  });

  test('what the server has not got any more is a gap from the end of the store', () => {
    expect(told(planFromSlot(one, { timeline: 1, endLsn: at(1, 5) }))).toMatchObject({ gap: { afterLsn: at(1, 5) } });
    expect(told(planDrain(one, { timeline: 7, endLsn: at(1, 5) }))).toMatchObject({ gap: { afterLsn: at(1, 5) } });
  });

  test('whatever was stored before, the store has everything from its end to the flushed position afterwards', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: at(3, 40), max: one.flushLsn }), sizes, (endLsn, segmentBytes) => {
        const source = { ...two, flushLsn: at(9, 77), segmentBytes };
        const plan = planDrain(source, { timeline: 1, endLsn });
        if ('lost' in plan) throw new Error('lost');
        const stored = plan.stretches.flatMap(({ pieces }) =>
          pieces.map((part) => ({
            ...part,
            isWhole: part.endLsn === part.startLsn + BigInt(segmentBytes),
            key: '',
            sizeBytes: 1,
            storedAt: '',
          })),
        );
        expect(coverFrom(plan.fromLsn, two.path, stored, segmentBytes).toLsn).toBe(source.flushLsn);
      }),
    );
  });
});

describe('how far WAL goes on', () => {
  const path = [
    { timeline: 1, beginLsn: 0n, endLsn: at(4, 500) },
    { timeline: 2, beginLsn: at(4, 500) },
  ];

  test('over whole segments, over the fork, to the end of the last beginning', () => {
    const stored = [piece(1, 2), piece(1, 3), piece(1, 4, 500), piece(2, 4), piece(2, 5, 60)];
    const { toLsn, pieces, next } = coverFrom(at(2, 40), path, stored, SEGMENT);
    expect([toLsn, next]).toEqual([at(5, 60), undefined]);
    expect(pieces.map(({ timeline, startLsn }) => [timeline, Number(startLsn) / SEGMENT])).toEqual([
      [1, 2],
      [1, 3],
      [2, 4],
      [2, 5],
    ]);
  });

  test('the beginning of the last old segment serves up to the fork where the new timeline has not come yet', () => {
    expect(coverFrom(at(3), path, [piece(1, 3), piece(1, 4)], SEGMENT).toLsn).toBe(at(4, 500));
  });

  test('ends at a gap, and says what lies beyond', () => {
    const stored = [piece(1, 2), piece(2, 4), piece(2, 5)];
    expect(coverFrom(at(2, 40), path, stored, SEGMENT)).toMatchObject({ toLsn: at(3), next: { startLsn: at(4) } });
  });

  test('a beginning with nothing after it in its segment is a gap too', () => {
    const stored = [piece(1, 2, 900), piece(1, 3)];
    expect(coverFrom(at(2, 40), path, stored, SEGMENT)).toMatchObject({ toLsn: at(2, 900), next: { startLsn: at(3) } });
  });
});
