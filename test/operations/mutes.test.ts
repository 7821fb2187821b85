import { describe, expect, it } from 'vitest';
import type { AnswerContext } from '../../src/core/operation.ts';
import type { Mute } from '../../src/core/quiet.ts';
import { mutes } from '../../src/operations/mutes.ts';
import { expectPublished } from '../published-json.ts';

const mute = (target: string, hour: string): Mute => ({
  target,
  what: 'postgres.locks',
  by: 'ana',
  reason: 'known batch',
  at: '2026-11-24T01:00:00.000Z',
  until: `2026-11-24T${hour}:00:00.000Z`,
  upTo: 'warning',
});

async function listed(all: readonly Mute[], args: Record<string, string> = {}) {
  const context: Partial<AnswerContext> = {
    now: '2026-11-24T02:00:00.000Z',
    targets: ['shop-db', 'orders-db'].map((name) => ({ name, engine: 'postgres', environment: 'production' })),
    mutes: async () => all,
  };
  const report = await mutes.answer(context as AnswerContext, args);
  expectPublished({ done: report });
  return report;
}

describe('the list of mutes', () => {
  it('has the first to end on top', async () => {
    const report = await listed([mute('shop-db', '09'), mute('orders-db', '04')]);
    expect(report.headline).toBe('2 mutes in force');
    expect(report.tables[0]?.rows).toEqual([
      expect.objectContaining({ target: 'orders-db', until: '2026-11-24 04:00 UTC', by: 'ana', reason: 'known batch' }),
      expect.objectContaining({ target: 'shop-db' }),
    ]);
  });

  it('is that of one target where one is named', async () => {
    const report = await listed([mute('shop-db', '09'), mute('orders-db', '04')], { target: 'Shop-DB' });
    expect(report.tables[0]?.rows).toHaveLength(1);
  });

  it('says that nothing is muted, or that the target is not one to see', async () => {
    expect((await listed([])).headline).toBe('nothing is muted');
    expect((await listed([], { target: 'secret-db' })).headline).toBe('there is no such target that you may see');
  });
});
