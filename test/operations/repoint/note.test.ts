import { describe, expect, it } from 'vitest';
import type { PointerSaid } from '../../../src/core/pointer.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { notePointer, withClients, withRepoint } from '../../../src/operations/repoint/note.ts';
import type { PointerLook } from '../../../src/targets/pointer.ts';

const says = (host: string): PointerSaid => ({ host, kept: host, ttlSeconds: 30, version: null });
const host = (member: string, at: string) => ({ member, host: at, kept: at, unfit: null });
const look: PointerLook = {
  name: 'db.shop.internal',
  what: '',
  said: says('db1.internal'),
  hosts: [host('shop-db-1', 'db1.internal'), host('shop-db-2', 'db2.internal')],
  ttlSeconds: 30,
  steps: [],
  lingers: [],
  fixed: null,
};
const target = {
  name: 'shop-db',
  engine: 'postgres',
  environment: 'production',
  pointerName: 'db.shop.internal',
} as const;

describe('what a plan that moves writes says of clients', () => {
  const plan = { target: 'shop-db', blastRadius: ['All connections end.'] } as unknown as Plan;
  const words = (one: typeof look | { refused: string }, to = 'shop-db-2') =>
    withClients(plan, { name: 'db.shop.internal', look: one }, to).blastRadius;

  it('is where they go on to, before all else', () => {
    expect(words(look)).toEqual([
      'Clients that look up db.shop.internal still go to shop-db-1 until /db repoint shop-db.',
      'All connections end.',
    ]);
  });

  it('is nothing where they follow, where the server keeps its name, or nothing is named', () => {
    expect(words(look, 'shop-db-1')).toEqual(plan.blastRadius);
    expect(words(look, 'eu-central-1b')).toEqual(plan.blastRadius);
    expect(withClients(plan, null, 'shop-db-2')).toBe(plan);
  });

  it('is that nobody knows, where AWS does not say it or it is no server of the target', () => {
    expect(words({ refused: 'AWS does not answer.' })[0]).toMatch(
      /^Where clients .* is not known at the moment: \/db repoint shop-db/,
    );
    expect(words({ ...look, said: says('proxy.internal') })[0]).toMatch(
      /^db\.shop\.internal says proxy\.internal, which is no server/,
    );
  });

  it('is said to be unknown, and keeps nobody from moving the writes, where the question fails', async () => {
    const failing = () => Promise.reject(new Error('AWS is silent.'));
    expect(await notePointer(target, failing)).toEqual({
      name: 'db.shop.internal',
      look: { refused: 'AWS is silent.' },
    });
  });

  it('becomes the next thing to do when the writes have moved', () => {
    const done = { subject: 'shop-db', status: 'healthy', text: ['Lost: nothing.'], next: [{ operation: 'health' }] };
    const outcome = withRepoint({ done } as never, { name: 'db.shop.internal', look }, 'shop-db-2');
    expect(outcome).toMatchObject({
      done: {
        status: 'warning',
        text: [/^To do: Clients/, 'Lost: nothing.'].map((one) =>
          one instanceof RegExp ? expect.stringMatching(one) : one,
        ),
        next: [{ operation: 'repoint', target: 'shop-db', disruptive: true }, { operation: 'health' }],
      },
    });
  });
});
