import { describe, expect, it } from 'vitest';
import { drillName, isOfDrill, isOver } from '../../../../src/providers/rds/drill/marks.ts';
import { noteRead, noteText } from '../../../../src/providers/rds/drill/open.ts';
import { restoredCopy } from '../../../../src/providers/rds/drill/restored.ts';
import { pointOf } from '../../../../src/providers/rds/restore/point.ts';
import { hostedSpec } from '../../../app/snapshot-spec.ts';

const AT = '2026-11-29T06:20:00.000Z';
const tags = (Value: string) => [{ Key: 'nightshift:drill', Value }];

describe('what may be deleted after a drill', () => {
  it('has the name of a drill and the tag of its target, both', () => {
    const name = drillName('shop-db', 'drill-1', AT);
    expect(name).toMatch(/^nightshift-drill-shop-db-20261129-[0-9a-f]{8}$/);
    expect(isOfDrill('shop-db', name, tags('shop-db'))).toBe(true);
    expect(isOfDrill('shop-db', name, tags('other-db'))).toBe(false);
    expect(isOfDrill('shop-db', name, [])).toBe(false);
    expect(isOfDrill('shop-db', 'nightshift-shop-db-20261129-05ed3501', tags('shop-db'))).toBe(false);
    expect(isOfDrill('shop-db', 'shop-db-1', tags('shop-db'))).toBe(false);
  });

  it('is left over after its time, and where no time is known', () => {
    const until = [{ Key: 'nightshift:until', Value: AT }];
    expect(isOver(until, Date.parse(AT) - 1)).toBe(false);
    expect(isOver(until, Date.parse(AT) + 1)).toBe(true);
    expect(isOver([], Date.parse(AT))).toBe(true);
  });
});

describe('the note of a drill', () => {
  it('is read as it was written, and what somebody else wrote is none', () => {
    const note = { at: AT, level: 'L4', restoreSeconds: 612.3, usableSeconds: 640.7 };
    expect(noteText(note)).toBe(`${AT} L4 612 641`);
    expect(noteRead(noteText(note))).toEqual({ at: AT, restoreSeconds: 612, usableSeconds: 641 });
    expect(noteRead('yes')).toBeUndefined();
  });
});

describe('a moment', () => {
  const source = { name: 'shop-db-1', snapshots: [], anySecond: { from: '2026-11-22T06:20:00.500Z', until: AT } };
  it.each([
    [0, '2026-11-22T06:20:01.000Z'],
    [0.999_999_9, '2026-11-29T06:19:59.000Z'],
  ])('that is drawn lies between the two (%d)', (draw, at) => {
    expect(pointOf(source, { from: null, to: 'random' }, draw)).toEqual({ at, isLatest: false });
  });
  it('is not drawn where AWS does not say since when', () => {
    const unknown = { ...source, anySecond: { from: null, until: AT } };
    expect(pointOf(unknown, { from: null, to: 'random' }, 0)).toMatchObject({
      refused: expect.stringMatching(/since when/),
    });
  });
});

describe('a restored copy', () => {
  it('is never a server of the target itself', async () => {
    const spec = hostedSpec('rds', ['shop-db-1']);
    const [{ host, port } = { host: '', port: 0 }] = spec.members;
    const options = { secret: async () => '' };
    expect(await restoredCopy({ spec, options }).look({ host, port, holdsUntil: AT })).toEqual({
      notReached: expect.stringMatching(/is a server of shop-db itself/) as string,
    });
  });
});
