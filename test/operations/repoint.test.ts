import { describe, expect, it } from 'vitest';
import type { PointerSaid, PointerWrite } from '../../src/core/pointer.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import type { ServersSeen } from '../../src/operations/repoint/look.ts';
import { repoint } from '../../src/operations/repoint.ts';
import type { PointerEnd, PointerLook } from '../../src/targets/pointer.ts';
import { expectPublished } from '../published-json.ts';

const says = (host: string, more: Partial<PointerSaid> = {}): PointerSaid => ({
  host,
  kept: host,
  ttlSeconds: 30,
  version: null,
  ...more,
});
const host = (member: string, at: string) => ({ member, host: at, kept: at, unfit: null });
const look: PointerLook = {
  name: 'db.shop.internal',
  what: 'CNAME db.shop.internal (zone Z0SHOPINTERNAL)',
  said: says('db1.internal'),
  hosts: [host('shop-db-1', 'db1.internal'), host('shop-db-2', 'db2.internal')],
  ttlSeconds: 30,
  steps: ['Delete {from}, create {to}'],
  lingers: ['Clients may go on for 30 s.'],
  fixed: null,
};
const servers: ServersSeen = { writers: ['shop-db-2'], unreached: ['shop-db-1'], shared: false };
const target = { name: 'shop-db', engine: 'postgres', environment: 'production', pointerName: 'db.shop.internal' };
const grant: Grant = { runId: 'repoint-1', planHash: 'x', fence: 1, by: ['U0ADA'] };
const pointed: PointerEnd = { ended: 'pointed', why: null, evidence: ['Read back.'], left: [] };

type World = {
  looks?: (PointerLook | { refused: string })[];
  seen?: ServersSeen[];
  end?: PointerEnd;
  writes?: PointerWrite[];
  approval?: object;
  to?: string;
  on?: object;
};

async function asked({ looks = [look], seen = [servers], end = pointed, writes = [], approval, to, on }: World) {
  const told = { plans: [] as Plan[], calls: [] as unknown[] };
  const next = <T>(all: T[]) => (all.length > 1 ? all.shift() : all[0]);
  const write = async (_target: unknown, change: unknown) => (told.calls.push(['write', change]), end);
  const context = {
    runId: 'repoint-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [on ?? target],
    steps: { pointer: async () => next(looks), servers: async () => next(seen), write },
    approval: async (plan: Plan) => (told.plans.push(plan), approval ?? { granted: grant }),
    pointerWrites: async () => writes,
    keepPointer: async (_target: unknown, change: unknown) => void told.calls.push(['keep', change]),
    progress: async () => {},
    sleep: async () => {},
  };
  const outcome = await repoint.run(context as unknown as RunContext<Steps>, to === undefined ? {} : { to });
  expectPublished(outcome);
  return { ...told, outcome };
}

describe('a repoint', () => {
  it('leads clients to the one server that takes the writes, and keeps what was said before it is changed', async () => {
    const { plans, calls, outcome } = await asked({});
    const change = { before: says('db1.internal'), after: says('db2.internal') };
    expect(calls).toEqual([
      ['keep', change],
      ['write', change],
    ]);
    expect(plans[0]).toMatchObject({
      identity: { pointer: 'db.shop.internal says db1.internal, TTL 30 s', 'takes writes': 'shop-db-2' },
      steps: ['Look again whether it says so, and who takes the writes', 'Delete db1.internal, create db2.internal'],
      args: change,
      blastRadius: [
        'Clients that look up db.shop.internal come to db2.internal (shop-db-2).',
        'Clients may go on for 30 s.',
        '/db repoint shop-db undo puts back db1.internal.',
      ],
    });
    expect(plans[0]?.facts).toContainEqual({
      label: 'Did not answer (!)',
      value: 'shop-db-1: may take writes unseen',
    });
    expect(outcome).toMatchObject({
      done: { status: 'healthy', headline: 'db.shop.internal says shop-db-2 (db2.internal) now' },
    });
  });

  it('is approved for exactly what is said and will be said, and who takes the writes', async () => {
    const hash = async (world: World) => planHash((await asked(world)).plans[0]!);
    const first = await hash({});
    expect(await hash({ seen: [{ ...servers, unreached: [] }] })).toBe(first);
    expect(await hash({ looks: [{ ...look, said: says('db1.internal', { ttlSeconds: 300 }) }] })).not.toBe(first);
    expect(await hash({ looks: [{ ...look, ttlSeconds: 5 }] })).not.toBe(first);
  });

  const alone = 'shop-db-1 does not answer, and shop-db-2 takes them: clients are pointed to that one alone';
  it.each<[string, World, string]>([
    [
      'nothing is named by which clients look it up',
      { on: { ...target, pointerName: undefined } },
      'name the record or the parameter under targets.shop-db.pointer',
    ],
    ['it cannot be read', { looks: [{ refused: 'no zone' }] }, 'no zone'],
    ['no server takes writes', { seen: [{ ...servers, writers: [] }] }, 'no server that answers takes writes'],
    [
      'two servers take writes',
      { seen: [{ ...servers, writers: ['shop-db-1', 'shop-db-2'] }] },
      '2 servers take writes: shop-db-1 and shop-db-2',
    ],
    ['many share the writes', { seen: [{ ...servers, shared: true }] }, 'many servers share the writes'],
    ['the server that was named takes none', { to: 'shop-db-1' }, alone],
    ['the server that was named is none', { to: 'shop-db-9' }, 'shop-db-9 is no server of this target'],
    ['it says so already', { looks: [{ ...look, said: says('db2.internal') }] }, 'says db2.internal already'],
    [
      'it cannot name the server',
      { looks: [{ ...look, hosts: [{ ...host('shop-db-2', '10.0.0.7'), unfit: 'a CNAME holds a name.' }] }] },
      'a CNAME holds a name.',
    ],
    ['there is no role to change it', { looks: [{ ...look, fixed: 'no role' }] }, 'no role'],
    ['nothing was changed that could be undone', { to: 'undo' }, 'there is nothing to undo'],
  ])('is refused, and nobody is asked, where %s', async (_, world, words) => {
    const { plans, calls, outcome } = await asked(world);
    expect([plans, calls]).toEqual([[], []]);
    expect(outcome).toMatchObject({ refused: expect.stringContaining(words) });
  });

  it.each<[string, World, string]>([
    [
      'it says something else',
      { looks: [look, { ...look, said: says('proxy.internal') }] },
      'db.shop.internal says proxy.internal, TTL 30 s now, and said db1.internal before.',
    ],
    [
      'another server takes the writes',
      { seen: [servers, { ...servers, writers: ['shop-db-1'], unreached: [] }] },
      'shop-db-2 takes no writes, and shop-db-1 takes them',
    ],
    ['two do', { seen: [servers, { ...servers, writers: ['shop-db-1', 'shop-db-2'] }] }, '2 servers take writes'],
  ])('does nothing where %s after the yes', async (_, world, words) => {
    const { calls, outcome } = await asked(world);
    expect(calls).toEqual([]);
    expect(outcome).toMatchObject({ refused: expect.stringContaining(`the plan does not hold any more: ${words}`) });
  });

  it('does nothing without an approval', async () => {
    const { calls, outcome } = await asked({ approval: { refused: 'ada said no' } });
    expect([calls, outcome]).toEqual([[], { refused: 'ada said no' }]);
  });

  it('that was not made says what is said instead, and offers to ask again', async () => {
    const end: PointerEnd = { ...pointed, ended: 'not-pointed', why: 'somebody was faster.' };
    expect((await asked({ end })).outcome).toMatchObject({
      done: {
        status: 'warning',
        headline: 'not pointed elsewhere: somebody was faster.',
        next: [{ label: 'Ask again' }, {}],
      },
    });
  });

  it('of which nobody knows is a critical end', async () => {
    const end: PointerEnd = { ...pointed, ended: 'needs-a-human', why: 'nobody could read it.' };
    expect((await asked({ end })).outcome).toMatchObject({ done: { status: 'critical' } });
  });
});

describe('the undo of a repoint', () => {
  const write = (before: string, after: string): PointerWrite => ({
    runId: 'repoint-0',
    at: '2026-11-24T01:00:00.000Z',
    before: says(before),
    after: says(after),
  });
  const now = (said: string): World => ({ to: 'undo', looks: [{ ...look, said: says(said) }] });

  it('puts back what was said before the change that is in force, whatever was refused since', async () => {
    const writes = [write('db2.internal', 'db1.internal'), write('proxy.internal', 'db2.internal')];
    const { calls, plans } = await asked({ ...now('db2.internal'), writes });
    expect(calls[1]).toEqual(['write', { before: says('db2.internal'), after: says('proxy.internal') }]);
    expect(plans[0]?.facts).toContainEqual({
      label: 'Not asked (!)',
      value: 'proxy.internal is no server of this target: nobody has asked whether it takes writes',
    });
  });

  it.each<[string, World, string]>([
    [
      'somebody else has changed it since',
      { ...now('other.internal'), writes: [write('db1.internal', 'db2.internal')] },
      'somebody else has changed it since',
    ],
    [
      'only its TTL was changed since',
      {
        to: 'undo',
        looks: [{ ...look, said: says('db2.internal', { ttlSeconds: 60 }) }],
        writes: [write('db1.internal', 'db2.internal')],
      },
      'somebody else has changed it since',
    ],
    [
      'the server that was named before takes no writes',
      { ...now('db2.internal'), writes: [write('db1.internal', 'db2.internal')] },
      'clients are pointed to that one alone',
    ],
    [
      'two servers take writes',
      {
        ...now('db2.internal'),
        writes: [write('proxy.internal', 'db2.internal')],
        seen: [{ ...servers, writers: ['shop-db-1', 'shop-db-2'] }],
      },
      '2 servers take writes',
    ],
  ])('is refused where %s', async (_, world, words) => {
    const { calls, outcome } = await asked(world);
    expect(calls).toEqual([]);
    expect(outcome).toMatchObject({ refused: expect.stringContaining(words) });
  });
});
