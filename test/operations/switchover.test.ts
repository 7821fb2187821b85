import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import { switchover } from '../../src/operations/switchover.ts';
import type { PointerLook } from '../../src/targets/pointer.ts';
import type { SwitchoverLook, SwitchoverResult } from '../../src/targets/switchover.ts';
import { expectPublished } from '../published-json.ts';

const look: SwitchoverLook = {
  primary: 'shop-cache-1',
  identity: { 'run id of shop-cache-1': 'aa', 'run id of shop-cache-2': 'bb' },
  candidates: [
    { member: 'shop-cache-2', unfit: null, lagBytes: 0 },
    { member: 'shop-cache-3', unfit: 'it is 12 MB behind', lagBytes: 12_582_912 },
  ],
  prechecks: [{ name: 'Quorum', says: 'ok', sentence: '3 of 3 Sentinels agree.' }],
  steps: ['Hold the writes on {from}', 'Make {to} the primary'],
  clients: ['Clients of {from} lose their connection once.'],
  undo: 'Another switchover takes the writes back to {from}.',
  facts: [{ label: 'Size', value: '2 MB' }],
};
const switched: SwitchoverResult = {
  ended: 'switched',
  why: null,
  lost: 'none',
  phases: [{ name: 'Catch up', milliseconds: 12 }],
  writeGapMilliseconds: 1240,
  evidence: ['shop-cache-2 took a write.'],
  left: [],
};
const grant: Grant = { runId: 'switchover-1', planHash: 'x', fence: 1, by: ['U0ADA', 'U0BEN'] };
const target = { name: 'shop-cache', engine: 'redis', environment: 'production' };

type Script = {
  looks?: readonly (SwitchoverLook | { refused: string })[];
  approval?: { granted: Grant } | { refused: string };
  result?: SwitchoverResult | (() => Promise<SwitchoverResult>);
  args?: Record<string, string>;
  /** What clients look up. */
  pointer?: PointerLook;
};

async function asked({
  looks = [look, look],
  approval = { granted: grant },
  result = switched,
  args = {},
  pointer,
}: Script) {
  const seen = { plans: [] as Plan[], carriedOut: [] as unknown[], coolDowns: [] as unknown[] };
  const left = [...looks];
  const context = {
    runId: 'switchover-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [pointer ? { ...target, pointerName: 'cache.shop.internal' } : target],
    subject: 'shop-cache',
    steps: {
      look: async () => left.shift(),
      pointer: async () => pointer,
      carryOut: async (...call: unknown[]) => {
        seen.carriedOut.push(call);
        return typeof result === 'function' ? result() : result;
      },
    },
    approval: async (plan: Plan) => (seen.plans.push(plan), approval),
    progress: async () => {},
    lastWriter: async () => null,
    coolDown: async (...call: unknown[]) => void seen.coolDowns.push(call),
  };
  const run = switchover.run(context as unknown as RunContext<Steps>, args);
  const outcome = await run.catch((thrown: unknown) => Promise.reject(Object.assign(Object(thrown), seen)));
  expectPublished(outcome);
  return { ...seen, outcome };
}

const changed = (change: Partial<SwitchoverLook>): SwitchoverLook => ({ ...look, ...change });

describe('a switchover', () => {
  it('carries out, after approval, exactly what was planned', async () => {
    const { plans, carriedOut, outcome } = await asked({});
    const order = { from: 'shop-cache-1', to: 'shop-cache-2', identity: look.identity, deadlineSeconds: 10 };
    expect(carriedOut).toEqual([[target, order, grant]]);
    expect(plans[0]).toMatchObject({
      identity: { from: 'shop-cache-1', to: 'shop-cache-2', identity: look.identity },
      steps: ['Hold the writes on shop-cache-1', 'Make shop-cache-2 the primary'],
      loss: 'No acknowledged write: if shop-cache-2 does not have them all within 10 seconds, shop-cache-1 goes on as before.',
      expiresAt: '2026-11-24T02:30:00.000Z',
    });
    expect(outcome).toMatchObject({
      done: {
        status: 'healthy',
        headline: 'shop-cache-2 takes the writes now, shop-cache-1 follows it; writes stood still for 1.2 s',
        text: ['Lost: no acknowledged write.', 'shop-cache-2 took a write.'],
      },
    });
  });

  it('says in plan and outcome where clients go on to, and offers to lead them', async () => {
    const host = (member: string) => ({ member, host: member, kept: member, unfit: null });
    const hosts = [host('shop-cache-1'), host('shop-cache-2')];
    const said = { host: 'shop-cache-1', kept: 'shop-cache-1', ttlSeconds: 30, version: null };
    const pointer = { name: '', what: '', ttlSeconds: 30, steps: [], lingers: [], fixed: null, said, hosts };
    const { plans, outcome } = await asked({ pointer });
    const words = 'Clients that look up cache.shop.internal still go to shop-cache-1 until /db repoint shop-cache.';
    expect(plans[0]?.blastRadius[0]).toBe(words);
    const text = [`To do: ${words}`, 'Lost: no acknowledged write.', 'shop-cache-2 took a write.'];
    expect(outcome).toMatchObject({
      done: { status: 'warning', text, next: [{ operation: 'repoint' }, { operation: 'health' }] },
    });
  });

  it('asks two people, where the config says nothing else', () => {
    expect(switchover.approval).toEqual({ by: 'people', count: 2 });
  });

  it('says of every server why it was chosen or not', async () => {
    const { plans } = await asked({});
    expect(plans[0]?.facts).toContainEqual({ label: 'shop-cache-2', value: 'can take the writes, 0 bytes behind' });
    expect(plans[0]?.facts).toContainEqual({
      label: 'shop-cache-3',
      value: 'cannot take the writes: it is 12 MB behind',
    });
  });

  it('has a plan hash that measurements do not change, and another server does', async () => {
    const hashOf = async (one: SwitchoverLook) => planHash((await asked({ looks: [one, one] })).plans[0]!);
    const hash = await hashOf(look);
    expect(await hashOf(changed({ facts: [{ label: 'Size', value: '3 MB' }] }))).toBe(hash);
    expect(await hashOf(changed({ identity: { ...look.identity, 'run id of shop-cache-2': 'cc' } }))).not.toBe(hash);
  });

  it.each([
    [
      'a precheck stops it',
      changed({ prechecks: [{ name: 'Q', says: 'stops', sentence: 'No quorum.' }] }),
      {},
      'No quorum.',
    ],
    ['a named server is not fit', look, { to: 'shop-cache-3' }, 'shop-cache-3: it is 12 MB behind'],
    ['a named server is the primary', look, { to: 'shop-cache-1' }, 'shop-cache-1 takes the writes already.'],
    [
      'a named server is not there',
      look,
      { to: 'shop-cache-9' },
      'shop-cache-9 is no server that could take the writes; there are: shop-cache-2, shop-cache-3.',
    ],
    [
      'there is no other server',
      changed({ candidates: [] }),
      {},
      'There is no other server that could take the writes.',
    ],
    ['it cannot be looked at', { refused: 'Patroni drives it.' }, {}, 'Patroni drives it.'],
  ] as const)('is refused before anybody is asked when %s', async (_, one, args, refused) => {
    const { plans, carriedOut, outcome } = await asked({ looks: [one], args });
    expect(outcome).toEqual({ refused });
    expect([plans, carriedOut]).toEqual([[], []]);
  });

  it.each([
    [
      'another server is the primary',
      changed({ primary: 'shop-cache-2' }),
      'shop-cache-2 takes the writes now, and not shop-cache-1.',
    ],
    [
      'a server was started again',
      changed({ identity: { ...look.identity, 'run id of shop-cache-2': 'cc' } }),
      'run id of shop-cache-2 was bb and is cc now.',
    ],
    [
      'the server has fallen behind',
      changed({ candidates: [{ member: 'shop-cache-2', unfit: 'it is 1 GB behind', lagBytes: 1e9 }] }),
      'shop-cache-2: it is 1 GB behind',
    ],
  ])('does nothing when, after the approval, %s', async (_, again, why) => {
    const { carriedOut, outcome } = await asked({ looks: [look, again] });
    expect(outcome).toEqual({ refused: `the plan does not hold any more: ${why} Nothing was done` });
    expect(carriedOut).toEqual([]);
  });

  it('does nothing without an approval', async () => {
    const { carriedOut, outcome } = await asked({ approval: { refused: 'ada said no; nothing was done' } });
    expect(outcome).toEqual({ refused: 'ada said no; nothing was done' });
    expect(carriedOut).toEqual([]);
  });

  it('that was rolled back says so, and is no good news', async () => {
    const why = 'shop-cache-2 had not caught up after 10 seconds;';
    const { outcome } = await asked({ result: { ...switched, ended: 'rolled-back', why } });
    expect(outcome).toMatchObject({
      done: { status: 'warning', headline: `not switched: ${why} shop-cache-1 takes the writes as before` },
    });
  });

  it('of which nobody knows whether it lost writes says why, and is no good news', async () => {
    const { outcome } = await asked({
      result: {
        ...switched,
        why: 'shop-cache-1 does not answer.',
        lost: 'unknown',
        former: 'shop-cache-1 does not follow it yet',
      },
    });
    expect(outcome).toMatchObject({
      done: {
        status: 'warning',
        headline:
          'shop-cache-2 takes the writes now, shop-cache-1 does not follow it yet; writes stood still for 1.2 s',
        text: [
          'Whether acknowledged writes were lost cannot be said: shop-cache-1 does not answer.',
          'shop-cache-2 took a write.',
        ],
      },
    });
  });

  it('that fails without an answer leaves the target alone, and one that never began does not', async () => {
    const failing = (code: 'timed_out' | 'permission_denied') =>
      asked({ result: () => Promise.reject(new Fault(code, 'no answer')) }).then(
        () => [],
        (thrown: { coolDowns: unknown[] }) => thrown.coolDowns,
      );
    expect(await failing('timed_out')).toHaveLength(1);
    expect(await failing('permission_denied')).toEqual([]);
  });

  it('by somebody else says what that one may lose, and it is part of what is approved', async () => {
    const theirs = { ...look, loss: 'What {to} had not received, if {from} dies meanwhile.' };
    const { plans } = await asked({ looks: [theirs, theirs] });
    expect(plans[0]?.loss).toBe('What shop-cache-2 had not received, if shop-cache-1 dies meanwhile.');
  });

  it('of which nobody knows the end asks for a person, and claims nothing about losses', async () => {
    const { outcome, coolDowns } = await asked({
      result: { ...switched, ended: 'needs-a-human', why: 'no server answers', lost: 'unknown' },
    });
    expect(outcome).toMatchObject({
      done: {
        status: 'critical',
        headline: 'a person has to look: no server answers',
        text: ['Whether writes were lost cannot be said yet.', 'shop-cache-2 took a write.'],
      },
    });
    expect(coolDowns).toEqual([[target, 3600, 'A switchover ended without a clear answer']]);
  });
});
