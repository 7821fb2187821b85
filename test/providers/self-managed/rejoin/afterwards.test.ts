import { expect, test } from 'vitest';
import { standbysAfterwards } from '../../../../src/providers/self-managed/rejoin/afterwards.ts';
import type { MemberSpec, TargetSpec } from '../../../../src/targets/spec.ts';

const member = (name: string, more: Partial<MemberSpec> = {}): MemberSpec => ({
  name,
  role: 'replica',
  host: name,
  port: 5432,
  credentials: {},
  ...more,
});
const after = (...members: MemberSpec[]) =>
  standbysAfterwards({ name: 'shop-db', members } as unknown as TargetSpec, 'shop-db-1', 'shop-db-2');

test('a plan for two servers warns that no standby is left, and until when', () => {
  expect(after(member('shop-db-1'), member('shop-db-2'))).toEqual({
    label: 'Standbys afterwards (!)',
    value: 'none, until somebody makes shop-db-1 one on its host (nightshift.yaml names no hand there)',
  });
  expect(after(member('shop-db-1', { hands: { rejoin: ['/bin/rejoin'] } }), member('shop-db-2'))).toEqual({
    label: 'Standbys afterwards (!)',
    value: 'none, until /db rejoin shop-db shop-db-1',
  });
});

test('a plan for three names the one that is left, once it follows', () => {
  expect(after(member('shop-db-1'), member('shop-db-2'), member('shop-db-3'))).toEqual({
    label: 'Standbys afterwards',
    value:
      'shop-db-3, once pointed at shop-db-2; without shop-db-1 until somebody makes shop-db-1 one on its host (nightshift.yaml names no hand there)',
  });
});
