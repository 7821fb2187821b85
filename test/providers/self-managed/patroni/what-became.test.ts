import { expect, it } from 'vitest';
import { whatBecame, type Became, type Seen } from '../../../../src/providers/self-managed/patroni/what-became.ts';

const order = { from: 'a', to: 'b', identity: { 'system identifier': '77', timeline: 3 }, deadlineSeconds: 10 };
const primary = { inRecovery: false, systemIdentifier: '77', timeline: 3, receives: false, replayed: null };
const standby = { ...primary, inRecovery: true, receives: true, replayed: true };
const promoted = { ...primary, timeline: 4 };

it.each<[string, Seen, Became]>([
  ['nothing was begun', { leader: 'a', from: primary, to: standby }, 'as before'],
  ['nothing was begun, and the standby is away', { leader: 'a', from: primary, to: undefined }, 'as before'],
  ['the old primary stops', { leader: 'a', from: undefined, to: standby }, 'unknown'],
  ['nobody leads', { leader: null, from: undefined, to: standby }, 'unknown'],
  ['no Patroni answers', { leader: undefined, from: primary, to: standby }, 'unknown'],
  ['the new one leads, and is not promoted yet', { leader: 'b', from: undefined, to: standby }, 'unknown'],
  ['the new one leads and takes writes', { leader: 'b', from: undefined, to: promoted }, 'switched'],
  ['the old one follows already', { leader: 'b', from: { ...standby, timeline: 4 }, to: promoted }, 'switched'],
  ['the old one took the writes again', { leader: 'a', from: promoted, to: standby }, 'came back'],
  ['there was more than one change', { leader: 'b', from: standby, to: { ...primary, timeline: 5 } }, 'a person'],
  ['somebody else leads', { leader: 'c', from: standby, to: standby }, 'a person'],
  ['both take writes', { leader: 'b', from: primary, to: promoted }, 'a person'],
  ['it is another database', { leader: 'b', from: standby, to: { ...promoted, systemIdentifier: '78' } }, 'a person'],
])('where %s', (_what, seen, became) => {
  expect(whatBecame(order, seen)).toBe(became);
});
