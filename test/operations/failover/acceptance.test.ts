import { describe, expect, it } from 'vitest';
import {
  isGrave,
  isWithin,
  readAcceptance,
  readSaid,
  whyNotAccepted,
  type Case,
} from '../../../src/operations/failover/acceptance.ts';

const limits = { minOutageSeconds: 120, lossBytes: 0, lossSeconds: null };
const loss = { bytes: null, seconds: 30, sentence: 'At most 30 s.' };
const one: Case = { target: 'shop-db', loss, fence: { certain: true, sentence: 'Fenced.' }, limits };

describe('what is typed after accept-loss=', () => {
  it.each([
    ['unknown', 'unknown'],
    ['30s', { seconds: 30 }],
    ['5 min', { seconds: 300 }],
    ['16MB', { bytes: 16 * 1024 * 1024 }],
    ['0B', { bytes: 0 }],
    ['all', undefined],
    ['30', undefined],
    ['-1s', undefined],
  ])('%s means %j', (typed, meant) => {
    expect(readAcceptance(typed)).toEqual(meant);
  });

  it('covers what is known in the same unit, and unknown covers all', () => {
    const refused = (accepted: string) =>
      whyNotAccepted(one, { accepted: readAcceptance(accepted), confirm: 'shop-db' });
    expect(refused('30s')).toBeUndefined();
    expect(refused('29s')).toBe('At most 30 s. That is more than 29 s: /db failover shop-db accept-loss=2min shop-db');
    expect(refused('16MB')).toMatch(/That is more than 16 MB/);
    expect(refused('unknown')).toBeUndefined();
  });
});

it('the name of another server is no confirmation, and no other target is', () => {
  expect(readSaid({ to: 'shop-db-2' }, 'shop-db')).toEqual({ to: 'shop-db-2' });
  expect(whyNotAccepted(one, { to: 'shop-db-2', accepted: 'unknown', confirm: 'shop-db-2' })).toBe(
    'At most 30 s. Say the name of the target again to confirm it: /db failover shop-db shop-db-2 accept-loss=unknown shop-db',
  );
});

describe('the bound of the config', () => {
  it('is met only by numbers that are known, each that is set', () => {
    expect(isWithin({ bytes: 0, seconds: null }, limits)).toBe(true);
    expect(isWithin({ bytes: null, seconds: 0 }, limits)).toBe(false);
    expect(isWithin({ bytes: 0, seconds: 9 }, { ...limits, lossSeconds: 8 })).toBe(false);
    expect(isWithin({ bytes: 0, seconds: 0 }, { ...limits, lossBytes: null })).toBe(false);
  });

  it('is not enough where the fence is not certain', () => {
    const within = { ...one, loss: { ...loss, bytes: 0 } };
    expect(isGrave(within)).toBe(false);
    expect(isGrave({ ...within, fence: { certain: false, sentence: 'None.' } })).toBe(true);
  });
});
