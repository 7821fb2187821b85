import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import type { Mute } from '../../../src/core/quiet.ts';
import { changesOf, critical, finding, heldOf, iso, looking, type Look } from './looking.ts';

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
  const acts = [{ runId: `end-05ed3501${'0'.repeat(32)}`, operation: 'failover', at: iso(-3), endedAt: iso(-2) }];

  it('is news all the same where that run cannot have brought it about: a session that ended cuts no replica off', () => {
    const ended = acts.map((act) => ({ ...act, operation: 'end' }));
    expect(looking()(0, [finding('postgres.replication-lag:r1')], { acts: ended }).held).toMatchObject([
      { held: { by: 'unconfirmed' } },
    ]);
    expect(looking()(0, [finding('postgres.connections:slots')], { acts: ended }).held).toMatchObject([
      { held: { by: 'run' } },
    ]);
  });

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
