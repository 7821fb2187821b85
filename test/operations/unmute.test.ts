import { describe, expect, it } from 'vitest';
import { unmute } from '../../src/operations/unmute.ts';
import { muting } from './muting.ts';

describe('unmuting', () => {
  it('ends the mute of a finding', async () => {
    const { run } = muting(unmute, [], ['postgres.locks:root']);
    expect(await run({ what: 'postgres.locks:root' })).toMatchObject({
      done: { headline: 'postgres.locks:root is heard again' },
    });
  });

  it('of a finding ends the mute of its check where that is what keeps it quiet', async () => {
    const { run } = muting(unmute, [], ['postgres.locks']);
    expect(await run({ what: 'locks:root' })).toMatchObject({ done: { headline: 'postgres.locks is heard again' } });
  });

  it('says where nothing is muted by that name, and where there is no such check', async () => {
    const { run } = muting(unmute);
    expect(await run({ what: 'postgres.locks' })).toEqual({
      refused: 'nothing on shop-db is muted by the name postgres.locks',
    });
    expect(await run({ what: 'nonsense' })).toHaveProperty('refused');
  });
});
