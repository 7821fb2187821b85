import * as v from 'valibot';
import { defineOperation, read } from '../core/operation.ts';
import type { RedisTarget } from '../targets/redis.ts';
import { lookAtNode, type NodeLook, type Purse } from './keys/look-at-node.ts';
import { findNodes } from './keys/nodes.ts';
import { keysReport } from './keys/report.ts';
import { scanSlice, type SliceArgs } from './keys/scan-slice.ts';

/** Of each server: a share of 1 % is then known to about 0.14 percentage points, and it takes a fraction of a second. */
const SAMPLE_KEYS = 20_000;
/** What a sample of all servers may take; a quiet server needs 0.2 s. */
const SAMPLE_PURSE = { seconds: 20, cpuSeconds: 10 };
/** About 200 million keys on a quiet server. */
const FULL_PURSE = { seconds: 1800, cpuSeconds: 900 };

const MODE_WORDS = 'say `full` to look at every key, or nothing for a sample';
const Mode = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(['', 'sample', 'full'], MODE_WORDS));

export const steps = {
  find: read((target: RedisTarget, _args: null) => findNodes(target)),
  scan: read((target: RedisTarget, args: SliceArgs) => scanSlice(target, args)),
};

/** Which kinds of keys hold the memory of a Redis target, from a sample or from all of them. */
export const keys = defineOperation({
  id: 'keys',
  title: 'What holds the memory',
  why: 'Says which kinds of keys hold the memory, when they expire, and which single keys are too big, without holding up a client.',
  engines: ['redis'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({ mode: v.optional(Mode) }),
  fields: [{ name: 'mode', label: 'How: a sample, or full', hint: 'full', required: false }],
  examples: ['keys shop-cache', 'keys shop-cache full'],
  steps,

  async run(context, { mode }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const isFull = mode === 'full';
    const purse: Purse = { ...(isFull ? FULL_PURSE : SAMPLE_PURSE) };
    const { nodes, silent } = await context.steps.find(target, null);
    const looks: NodeLook[] = [];
    for (const node of nodes) {
      looks.push(await lookAtNode(context, target, node, isFull ? null : SAMPLE_KEYS, purse));
    }
    return { done: keysReport(target, looks, silent, context.startedAt) };
  },
});
