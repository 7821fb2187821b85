import { describe, expect, it } from 'vitest';
import { asked, changed, look } from './asked.ts';

describe('a primary that came back between two looks', () => {
  it('is watched anew, and what is lost is bounded anew, once the standby has received more', async () => {
    const later = changed({
      identity: { ...look.identity, 'received by shop-db-2': '0/5003148' },
      loss: { bytes: 0, seconds: 4, sentence: 'Lost is what was acknowledged in 4 s.' },
    });
    const limits = { lossBytes: null, lossSeconds: 10 };
    const { plans, slept } = await asked({ looks: [look, look, later], afterApproval: later, limits });
    expect(slept).toBe(140);
    expect(plans[0]).toMatchObject({ args: { acceptedLoss: { bytes: 0, seconds: 4 } } });
  });
});
