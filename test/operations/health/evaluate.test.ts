import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import { changesOf, critical, finding, heldOf, iso, looking } from './looking.ts';

describe('a notification', () => {
  it('tells of a finding at the second look in a row, as NEW, since it was first seen', () => {
    const look = looking();
    expect(heldOf(look(0, [finding('lag:r1')]))).toEqual(['unconfirmed lag:r1']);
    const second = look(5, [finding('lag:r1')]);
    expect(changesOf(second)).toEqual(['NEW lag:r1']);
    expect(second.told[0]?.since).toBe(iso(0));
    expect(changesOf(look(10, [finding('lag:r1')]))).toEqual(['SAME lag:r1']);
  });

  it('never tells of a blip, nor that it is resolved', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    expect(look(5, [])).toMatchObject({ told: [], held: [], resolved: [], watched: [] });
    expect(heldOf(look(10, [finding('lag:r1')]))).toEqual(['unconfirmed lag:r1']);
  });

  it('tells at once of what cannot wait, and of what is only worth knowing', () => {
    const findings = [critical('wraparound:shop'), finding('cache:hit', { severity: 'info' })];
    const cannotWait = ({ key }: Finding) => key.startsWith('wraparound');
    expect(changesOf(looking()(0, findings, { cannotWait }))).toEqual(['NEW wraparound:shop', 'NEW cache:hit']);
  });

  it('counts an alarm as one look, because the alarm has looked before us', () => {
    expect(changesOf(looking()(0, [finding('lag:r1')], { audience: 'alarm' }))).toEqual(['NEW lag:r1']);
  });

  it('is confirmed by no storm: looks within a minute are one', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    expect(heldOf(look(0.5, [finding('lag:r1')]))).toEqual(['unconfirmed lag:r1']);
  });

  it('is confirmed by a second look of the same run', () => {
    const twice = looking()(1, [finding('lag:r1'), finding('locks:root')], { metBefore: new Set(['lag:r1']) });
    expect(changesOf(twice)).toEqual(['NEW lag:r1']);
    expect(heldOf(twice)).toEqual(['unconfirmed locks:root']);
  });

  it('says that a finding is over after three looks without it, and calls it SAME when it comes back before', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    const gone = look(10, []);
    expect(gone.resolved).toEqual([]);
    expect(gone.held).toMatchObject([{ evidence: null, held: { by: 'clearing', words: 'gone in 1 of 3 looks' } }]);
    const back = look(15, [finding('lag:r1')]);
    expect(back.told).toMatchObject([{ change: 'SAME', since: iso(0) }]);
    look(20, []);
    look(25, []);
    expect(look(30, []).resolved).toEqual(['lag:r1 is off.']);
    expect(look(35, [])).toMatchObject({ resolved: [], held: [], watched: [] });
  });

  it('does not count a look in which the value is only just back within its limit', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    look(10, []);
    look(15, []);
    const near = look(20, [], { stillNear: (gone) => new Set(gone.map(({ key }) => key)) });
    expect(near.held[0]?.held.words).toBe('back within its limit, but not by a tenth');
    look(25, []);
    look(30, []);
    expect(look(35, []).resolved).toEqual(['lag:r1 is off.']);
  });

  it('says that it is over at once where reports are hours apart', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    expect(look(24 * 60, []).resolved).toEqual(['lag:r1 is off.']);
  });

  it('ends nothing that nobody could look at, and remembers it until somebody can', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    const blind = look(24 * 60, [], { answered: [] });
    expect(blind).toMatchObject({ resolved: [], held: [{ held: { words: 'its check did not answer' } }] });
    expect(changesOf(look(24 * 60 + 5, [finding('lag:r1')]))).toEqual(['SAME lag:r1']);
  });

  it('takes the numbers of looks from the check', () => {
    const look = looking();
    const once = { hysteresis: () => ({ fireAfter: 1, clearAfter: 1 }) };
    expect(changesOf(look(0, [finding('lag:r1')], once))).toEqual(['NEW lag:r1']);
    expect(look(5, [], once).resolved).toEqual(['lag:r1 is off.']);
  });

  it('goes on from a look that a release before this one kept', () => {
    const old = { ...finding('lag:r1'), change: 'NEW' as const, since: iso(-60) };
    const baseline = { at: iso(-60), samples: {}, findings: [old] };
    expect(looking()(0, [finding('lag:r1')], { baseline }).told).toMatchObject([{ change: 'SAME', since: iso(-60) }]);
  });
});

describe('a person', () => {
  it('sees this instant, with what is not confirmed marked as such', () => {
    const seen = looking()(0, [finding('lag:r1')], { audience: 'person' });
    expect(seen.told).toMatchObject([{ change: 'NEW', marks: ['not yet confirmed'] }]);
  });

  it('sees no mark where the look is the second in a row', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    expect(look(5, [finding('lag:r1')], { audience: 'person' }).told[0]).not.toHaveProperty('marks');
  });

  it('hears at once that something is gone, and moves nothing', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    expect(look(10, [], { audience: 'person' }).resolved).toEqual(['lag:r1 is off.']);
    expect(changesOf(look(15, [finding('lag:r1')]))).toEqual(['SAME lag:r1']);
  });
});
