import { afterAll, describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';
import { summaryOf, type Score } from './score.ts';
import { openSharedServers } from './shared-servers.ts';

const shared = openSharedServers();
afterAll(() => shared.stop());

// Those that need servers of their own, and the other version, are for `npm run faults`.
const short = corpus().filter(({ needsOwn, on }) => !needsOwn && on !== 'PostgreSQL 15');

describe.each(short.filter(({ kind }) => kind === 'fault'))('$on: $name', ({ what, score }) => {
  it(`is named first. ${what}`, async () => {
    const scored = await score(shared);
    expect(scored.isRight, JSON.stringify(scored, null, 2)).toBe(true);
  });
});

describe.each(short.filter(({ kind }) => kind === 'calm'))('$on: $name', ({ what, score }) => {
  it(`gives no finding above info. ${what}`, async () => {
    const scored = await score(shared);
    expect(scored.isRight, JSON.stringify(scored, null, 2)).toBe(true);
  });
});

describe('the corpus', () => {
  it('has no two scenes with one name on one server', () => {
    const names = corpus().map(({ name, on }) => `${on}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is summed up in one line', () => {
    const score = (kind: Score['kind'], isRight: boolean): Score => ({
      name: 'x',
      on: 'Redis',
      kind,
      isRight,
      wanted: '',
      found: [],
      sentence: '',
      tookMs: 1,
    });
    expect(summaryOf([score('fault', true), score('fault', false), score('calm', true), score('calm', false)])).toBe(
      'faults named first: 1 of 2, false alarms: 1 of 2',
    );
  });
});
