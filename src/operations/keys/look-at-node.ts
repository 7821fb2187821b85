import { percentText } from '../../checks/wording.ts';
import type { RunContext, TargetName } from '../../core/operation.ts';
import type { steps } from '../keys.ts';
import type { KeyNode } from './nodes.ts';
import type { Slice } from './scan-slice.ts';
import { serverText } from './tables.ts';

/** What all steps saw of one node. */
export type NodeLook = {
  node: KeyNode;
  slices: readonly Slice[];
  /** Words for why it ended early, null when it was enough. */
  ended: string | null;
  problem?: { reason: string; fix: string } | { reason: string };
};

/** What is left to spend on the nodes that follow. */
export type Purse = { seconds: number; cpuSeconds: number };

/** One step's time: below the 45 s that a room gives its connections. */
const SLICE_SECONDS = 25;
const ENDED = {
  enough: null,
  time: 'its time was used up',
  cpu: 'its share of the server was used up',
  promoted: 'the replica was promoted to primary',
} as const;

/**
 * Looks at the keys of one node, as many steps as it takes: each goes on at the cursor of the one before, so that any of them may
 * be repeated. `most` null: every key, and then progress is told.
 */
export async function lookAtNode(
  context: RunContext<typeof steps>,
  target: TargetName,
  node: KeyNode,
  most: number | null,
  purse: Purse,
): Promise<NodeLook> {
  const slices: Slice[] = [];
  for (;;) {
    const cursor = slices.at(-1)?.cursor ?? '0';
    const budget = { keys: most, seconds: Math.min(SLICE_SECONDS, purse.seconds), cpuSeconds: purse.cpuSeconds };
    const slice = await tryToScan(context, target, { node, cursor, budget });
    if ('reason' in slice && !('cursor' in slice))
      return { node, slices, ended: endedBy(slices, 'it broke off'), problem: slice };
    slices.push(slice);
    purse.seconds -= slice.seconds;
    purse.cpuSeconds -= slice.cpuSeconds;
    if (slice.stopped === 'broken') {
      return { node, slices, ended: 'it broke off', problem: { reason: slice.reason ?? 'it broke off' } };
    }
    if (slice.cursor === '0') return { node, slices, ended: null };
    if (slice.stopped !== 'time' || purse.seconds <= 0)
      return { node, slices, ended: ENDED[slice.stopped ?? 'enough'] };
    await context.progress(`Look at the keys of ${serverText(node)}`, 'in_progress', progressText(node, slices));
  }
}

function endedBy(slices: readonly Slice[], words: string): string | null {
  return slices.length > 0 ? words : null;
}

type Asked = Parameters<RunContext<typeof steps>['steps']['scan']>[1];
type Problem = { reason: string; fix: string } | { reason: string };

/** A step that fails takes nothing away from what others saw. */
async function tryToScan(
  context: RunContext<typeof steps>,
  target: TargetName,
  asked: Asked,
): Promise<Slice | Problem> {
  try {
    const answer = await context.steps.scan(target, asked);
    return 'skipped' in answer ? { reason: answer.skipped, fix: answer.fix } : answer;
  } catch (thrown) {
    return { reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function progressText(node: KeyNode, slices: readonly Slice[]): string {
  const seen = slices.reduce((total, slice) => total + slice.seen, 0);
  const part = percentText(Math.min(1, seen / Math.max(1, node.keys)));
  return `${part} of ${node.keys.toLocaleString('en-US')} keys`;
}
