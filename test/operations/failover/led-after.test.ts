import { expect, it } from 'vitest';
import { asked } from './asked.ts';

it('says where clients go on to that look the primary up, and offers to lead them to the new one', async () => {
  const hosts = ['shop-db-1', 'shop-db-2'].map((member) => ({ member, host: member, kept: member, unfit: null }));
  const said = { host: 'shop-db-1', kept: 'shop-db-1', ttlSeconds: 30, version: null };
  const rest = { what: '', ttlSeconds: 30, steps: [], lingers: [], fixed: null };
  const { plans, outcome } = await asked({ pointer: { name: 'db.shop.internal', said, hosts, ...rest } });
  const words = 'Clients that look up db.shop.internal still go to shop-db-1 until /db repoint shop-db.';
  expect(plans[0]?.blastRadius[0]).toBe(words);
  expect(outcome).toMatchObject({
    done: {
      text: expect.arrayContaining([`To do: ${words}`]),
      next: [
        { operation: 'repoint', target: 'shop-db', disruptive: true },
        { operation: 'health' },
        { operation: 'loss' },
      ],
    },
  });
});
