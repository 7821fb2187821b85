import { describe, expect, it } from 'vitest';
import { HOLD_NAME, NOT_THERE, toRestore } from '../../../../src/providers/self-managed/switchover/held-settings.ts';

const before = { synchronous_standby_names: 'FIRST 1 (b)', default_transaction_read_only: NOT_THERE };
const held = { synchronous_standby_names: HOLD_NAME, default_transaction_read_only: 'on' };

describe('what is taken back of a hold', () => {
  it('is both settings, the name that holds last', () => {
    expect(toRestore(held, before)).toEqual(['default_transaction_read_only', 'synchronous_standby_names']);
  });

  it('is nothing where the file is right already: then only a reload is needed', () => {
    expect(toRestore(before, before)).toEqual([]);
  });

  it('is only what is not as before', () => {
    expect(toRestore({ ...before, synchronous_standby_names: HOLD_NAME }, before)).toEqual([
      'synchronous_standby_names',
    ]);
    expect(toRestore(held, { ...before, default_transaction_read_only: 'on' })).toEqual(['synchronous_standby_names']);
  });

  it('is nothing that somebody else has set since', () => {
    expect(toRestore({ ...before, synchronous_standby_names: 'b' }, before)).toEqual([]);
    expect(toRestore({ ...before, default_transaction_read_only: 'on' }, before)).toEqual([]);
    expect(toRestore({ ...held, default_transaction_read_only: 'off' }, before)).toEqual(['synchronous_standby_names']);
  });
});
