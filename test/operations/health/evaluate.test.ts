import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import type { Remembered } from '../../../src/core/operation.ts';
import type { Mute, OpenWindow, OwnAct } from '../../../src/core/quiet.ts';
import { evaluate, type Evaluated, type Evaluation } from '../../../src/operations/health/evaluate.ts';

const start = Date.parse('2026-11-24T02:00:00.000Z');
const iso = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

function finding(key: string, more: Partial<Finding> = {}): Finding {
  return { key, severity: 'warning', sentence: `${key} is off.`, evidence: { pid: 1 }, next: 'Look.', ...more };
}
const critical = (key: string) => finding(key, { severity: 'critical' });

type Look = Partial<Evaluation> & { mutes?: Mute[]; windows?: OpenWindow[]; acts?: OwnAct[] };

/** Looks one after the other, each compared with the one before as the run does it. */
function looking(): (minutes: number, findings: readonly Finding[], more?: Look) => Evaluated {
  let baseline: Remembered | undefined;
  return (minutes, findings, { mutes = [], windows = [], acts = [], ...more } = {}) => {
    const at = iso(minutes);
    const evaluated = evaluate({
      findings,
      answered: ['lag', 'locks'],
      baseline,
      quiet: { mutes, windows, acts },
      at,
      audience: 'schedule',
      metBefore: new Set(),
      hysteresis: () => ({ fireAfter: 2, clearAfter: 3 }),
      cannotWait: () => false,
      stillNear: () => new Set(),
      ...more,
    });
    const kept = evaluated.held.filter(({ held }) => held.by !== 'clearing');
    const isNotification = (more.audience ?? 'schedule') !== 'person';
    if (isNotification)
      baseline = { at, samples: {}, findings: [...evaluated.told, ...kept], watched: evaluated.watched };
    return evaluated;
  };
}

const changesOf = ({ told }: Evaluated) => told.map(({ key, change }) => `${change} ${key}`);
const heldOf = ({ held }: Evaluated) => held.map(({ key, held: { by } }) => `${by} ${key}`);

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

describe('a muted finding', () => {
  const mute: Mute = {
    target: 'shop-db',
    what: 'lag',
    by: 'ana',
    reason: 'known batch',
    at: iso(0),
    until: iso(60),
    upTo: 'warning',
  };
  const asleep = { mutes: [mute] };

  it('is held back from everybody, by its check or by its key', () => {
    for (const what of ['lag', 'lag:r1']) {
      const seen = looking()(5, [finding('lag:r1')], { mutes: [{ ...mute, what }], audience: 'person' });
      expect(seen.held).toMatchObject([
        { held: { by: 'mute', words: 'until 2026-11-24 03:00 UTC by ana: known batch' } },
      ]);
    }
    expect(heldOf(looking()(5, [finding('lag-of-slot:r1')], asleep))).toEqual(['unconfirmed lag-of-slot:r1']);
  });

  it('is neither news nor resolved when it goes', () => {
    const look = looking();
    look(0, [finding('lag:r1')], asleep);
    look(5, [finding('lag:r1')], asleep);
    expect(look(10, [], asleep)).toMatchObject({ resolved: [], held: [] });
  });

  it('comes back as NEW when the mute has ended, with a note, since it was first seen', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    look(55, [finding('lag:r1')], asleep);
    const back = look(61, [finding('lag:r1')], asleep);
    expect(back.told).toMatchObject([
      { change: 'NEW', since: iso(0), marks: ['the mute by ana has ended: known batch'] },
    ]);
    expect(look(66, [finding('lag:r1')], asleep).told[0]).not.toHaveProperty('marks');
  });

  it('ends its mute early when it becomes more severe, and says so', () => {
    const look = looking();
    look(0, [finding('lag:r1')], asleep);
    const worse = look(5, [critical('lag:r1')], asleep);
    expect(worse.told).toMatchObject([
      { change: 'WORSE', marks: ['the mute by ana covered warning and has ended: known batch'] },
    ]);
    expect(worse.outgrown).toEqual(['lag']);
  });

  it('stays muted as critical where it was critical when it was muted', () => {
    const deep = looking()(5, [critical('lag:r1')], { mutes: [{ ...mute, upTo: 'critical' }] });
    expect(heldOf(deep)).toEqual(['mute lag:r1']);
  });
});

describe('an open window', () => {
  const open = (...expects: string[]) => ({ windows: [{ name: 'deploys', until: iso(60), expects }] });
  const twice = (findings: readonly Finding[], more: Look) => {
    const look = looking();
    look(0, findings, more);
    return look(5, findings, more);
  };

  it('holds back everything but what is critical where it names nothing', () => {
    const seen = twice([finding('lag:r1'), critical('locks:root')], open());
    expect(seen.held).toMatchObject([
      { key: 'lag:r1', held: { by: 'window', words: 'in the window deploys until 2026-11-24 03:00 UTC' } },
    ]);
    expect(changesOf(seen)).toEqual(['NEW locks:root']);
  });

  it('holds back only what it names, then also what is critical', () => {
    const seen = twice([critical('lag:r1'), finding('locks:root')], open('lag'));
    expect(heldOf(seen)).toEqual(['window lag:r1']);
    expect(changesOf(seen)).toEqual(['NEW locks:root']);
  });

  it('is shown to a person beside the finding', () => {
    const seen = looking()(0, [finding('lag:r1')], { ...open(), audience: 'person' });
    expect(seen.told[0]?.marks).toContain('expected in the window deploys until 2026-11-24 03:00 UTC');
  });

  it('makes what is still there after it NEW, and what was told before it SAME', () => {
    const look = looking();
    look(0, [finding('lag:r1')]);
    look(5, [finding('lag:r1')]);
    look(10, [finding('lag:r1'), finding('locks:root')], open());
    expect(changesOf(look(65, [finding('lag:r1'), finding('locks:root')]))).toEqual(['NEW locks:root', 'SAME lag:r1']);
  });
});

describe('what came after a run of ours', () => {
  const acts = [{ runId: `end-${'05ed3501'}${'0'.repeat(32)}`, operation: 'end', at: iso(-3), endedAt: iso(-2) }];

  it('is no news while its effects may last, and names the run', () => {
    const seen = looking()(0, [finding('lag:r1')], { acts });
    expect(seen.held).toMatchObject([{ held: { by: 'run', words: 'after run end-05ed3501 of 01:57 UTC' } }]);
  });

  it('is told with the run beside it where it is critical', () => {
    const look = looking();
    look(0, [critical('locks:root')], { acts });
    expect(look(5, [critical('locks:root')], { acts }).told).toMatchObject([
      { change: 'NEW', marks: ['after run end-05ed3501 of 01:57 UTC'] },
    ]);
  });

  it('is told as NEW when it outlives them', () => {
    const look = looking();
    look(0, [finding('lag:r1')], { acts });
    expect(changesOf(look(20, [finding('lag:r1')]))).toEqual(['NEW lag:r1']);
  });

  it('is not what was there before the run', () => {
    const look = looking();
    look(-10, [finding('lag:r1')]);
    expect(changesOf(look(0, [finding('lag:r1')], { acts }))).toEqual(['NEW lag:r1']);
  });
});
