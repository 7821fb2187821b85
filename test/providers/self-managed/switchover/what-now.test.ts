import { expect, it } from 'vitest';
import { whatNow, type Seen, type WhatNow } from '../../../../src/providers/self-managed/switchover/what-now.ts';
import type { Standing } from '../../../../src/providers/self-managed/switchover/world.ts';

const order = { from: 'a', to: 'b', identity: { 'system identifier': '77', timeline: 3 }, deadlineSeconds: 10 };
const primary: Standing = { inRecovery: false, systemIdentifier: '77', timeline: 3, receives: false, replayed: null };
const standby: Standing = { ...primary, inRecovery: true, receives: true, replayed: true };
const promoted: Standing = { ...primary, timeline: 4 };
const held = { ...primary, held: true };
const free = { ...primary, held: false };

it.each<[string, Seen, WhatNow]>([
  ['nothing was begun', { from: free, to: standby }, 'take back'],
  [
    'writes are held for good, and the standby receives and has replayed all of it',
    { from: held, to: standby },
    'take back',
  ],
  [
    'writes are held for good, and the standby receives no more',
    { from: held, to: { ...standby, receives: false } },
    'unknown',
  ],
  [
    'writes are held for good, and the standby receives, but has not replayed all of it',
    { from: held, to: { ...standby, replayed: false } },
    'unknown',
  ],
  [
    'nothing is held, and the standby has not replayed all',
    { from: free, to: { ...standby, replayed: false } },
    'take back',
  ],
  ['nothing is held, and the standby does not answer', { from: free, to: undefined }, 'take back'],
  ['writes are held for good, and the standby does not answer', { from: held, to: undefined }, 'unknown'],
  ['the standby was promoted', { from: held, to: promoted }, 'finish'],
  ['the standby was promoted, and the old primary does not answer', { from: undefined, to: promoted }, 'finish'],
  ['the old primary follows already', { from: { ...standby, timeline: 4, held: false }, to: promoted }, 'finish'],
  ['the standby was promoted, and the old primary takes writes', { from: free, to: promoted }, 'a person'],
  ['the standby was promoted twice', { from: held, to: { ...primary, timeline: 5 } }, 'a person'],
  ['both are standbys', { from: { ...standby, held: false }, to: standby }, 'a person'],
  ['only the standby answers', { from: undefined, to: standby }, 'unknown'],
  ['nobody answers', { from: undefined, to: undefined }, 'unknown'],
  ['another database answers', { from: { ...free, systemIdentifier: '1' }, to: standby }, 'a person'],
  ['another database was promoted', { from: held, to: { ...promoted, systemIdentifier: '1' } }, 'a person'],
])('where %s: %#', (_, seen, what) => {
  expect(whatNow(order, seen)).toBe(what);
});
