import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../src/core/operation.ts';
import { lookAtNode } from '../../../src/operations/keys/look-at-node.ts';
import type { KeyNode } from '../../../src/operations/keys/nodes.ts';
import type { SliceAnswer, SliceArgs } from '../../../src/operations/keys/scan-slice.ts';
import type { steps } from '../../../src/operations/keys.ts';
import { about } from './on-keys.ts';

const node = { member: 'shop-cache-2', role: 'replica', database: 0, keys: 1000 } as KeyNode;
const ended = { seen: 400, seconds: 25, cpuSeconds: 10, patterns: [], biggest: [], longest: [], hottest: [] };
const slice = (cursor: string, stopped: string | null, more: object = {}): SliceAnswer =>
  ({ ...ended, cursor, stopped, reason: null, membersCounted: true, ...more }) as SliceAnswer;

/** A run whose steps answer one after the other; an Error is thrown. */
async function look(answers: readonly (SliceAnswer | Error)[], purse = { seconds: 1800, cpuSeconds: 900 }) {
  const asked: SliceArgs[] = [];
  const told: string[] = [];
  const context = {
    steps: {
      scan: async (_target: unknown, args: SliceArgs) => {
        const answer = answers[asked.push(args) - 1];
        if (answer instanceof Error || !answer) throw answer ?? new Error('asked too often');
        return answer;
      },
    },
    progress: async (step: string, _state: string, details: string) => void told.push(`${step}: ${details}`),
  } as unknown as RunContext<typeof steps>;
  const seen = await lookAtNode(context, about, node, null, purse);
  return { seen, asked, told };
}

describe('all keys of one server', () => {
  it('are looked at in steps, each from the cursor of the last, and progress is told', async () => {
    const { seen, asked, told } = await look([slice('12', 'time'), slice('9', 'time'), slice('0', null)]);
    expect(asked.map(({ cursor }) => cursor)).toEqual(['0', '12', '9']);
    expect(asked.map(({ budget }) => budget)).toEqual([
      { keys: null, seconds: 25, cpuSeconds: 900 },
      { keys: null, seconds: 25, cpuSeconds: 890 },
      { keys: null, seconds: 25, cpuSeconds: 880 },
    ]);
    expect(told).toEqual([
      'Look at the keys of shop-cache-2: 40 % of 1,000 keys',
      'Look at the keys of shop-cache-2: 80 % of 1,000 keys',
    ]);
    expect(seen).toMatchObject({ ended: null, slices: { length: 3 } });
    expect(seen.problem).toBeUndefined();
  });

  it.each([
    ['its time was used up', [slice('12', 'time'), slice('9', 'time')], { seconds: 40, cpuSeconds: 900 }],
    ['its share of the server was used up', [slice('12', 'cpu')], { seconds: 40, cpuSeconds: 5 }],
    ['the replica was promoted to primary', [slice('12', 'time'), slice('9', 'promoted')], undefined],
  ])('are not all looked at when %s', async (words, answers, purse) => {
    const { seen, asked } = await look(answers, purse);
    expect([seen.ended, asked.length]).toEqual([words, answers.length]);
  });

  it('are a part when a later step fails, with the reason', async () => {
    const { seen } = await look([slice('12', 'time'), new Error('the room is gone')]);
    expect(seen).toMatchObject({
      slices: { length: 1 },
      ended: 'it broke off',
      problem: { reason: 'the room is gone' },
    });
    const broken = await look([slice('12', 'time'), slice('9', 'broken', { reason: 'it was restarted' })]);
    expect(broken.seen).toMatchObject({ slices: { length: 2 }, problem: { reason: 'it was restarted' } });
  });

  it('stay unseen when the user may not, with the rule that is missing', async () => {
    const { seen } = await look([{ skipped: 'the user may not', fix: 'ACL SETUSER …' }]);
    expect(seen).toMatchObject({
      slices: [],
      ended: null,
      problem: { reason: 'the user may not', fix: 'ACL SETUSER …' },
    });
  });
});
