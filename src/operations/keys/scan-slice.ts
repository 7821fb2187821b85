import { asFault } from '../../core/errors.ts';
import type { KeyScan, KeyScanEnd } from '../../targets/key-scan.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import type { KeyNode } from './nodes.ts';
import { createPace, type Budget, type Stopped } from './pace.ts';
import { createPatternTree, type PatternTree } from './pattern-tree.ts';
import { standing, type Pattern } from './pattern-node.ts';
import { createSeenNames } from './seen-names.ts';
import { addStats, countKey, emptyStats, type Stats } from './stats.ts';
import { createTop, createTopByType, shownKey, TOP_KEYS, type Top, type TopKey } from './top-keys.ts';

export type SliceArgs = { node: KeyNode; cursor: string; budget: Budget };
export type CountedPattern = { pattern: string; stats: Stats };
/** What one step saw of one node. */
export type Slice = {
  /** `0`: its keys have all been seen. */
  cursor: string;
  /** Keys counted, each once. */
  seen: number;
  patterns: readonly CountedPattern[];
  biggest: readonly TopKey[];
  longest: readonly TopKey[];
  hottest: readonly TopKey[];
  membersCounted: boolean;
  seconds: number;
  cpuSeconds: number;
  /** Why it ended; `broken` has a reason in words. */
  stopped: Stopped | 'broken' | null;
  reason: string | null;
};
export type SliceAnswer = Slice | { skipped: string; fix: string };

/** Bounds the time that one SCAN holds the server: about 0.2 ms. */
const BATCH_KEYS = 500;
const LOOK_EVERY_MS = 250;
/** What fits in a checkpoint many times over; the rest is counted together. */
const PATTERNS = { byBytes: 100, byKeys: 40 };
export const OTHER_PATTERNS = '(other patterns)';

/** Looks at keys of one node until its budget is used, in the room: no name leaves it unless the config allows it. */
export async function scanSlice(target: RedisTarget, args: SliceArgs): Promise<SliceAnswer> {
  const member = target.members.find(({ name }) => name === args.node.member);
  const moved = await whyMoved(member, args.node);
  const counting = createCounting();
  if (!member?.scanKeys || moved !== undefined)
    return counting.slice(args, target, { broken: moved ?? 'keys cannot be looked at here' });
  const pace = createPace(args.budget, args.node.role, () => performance.now());
  let end: KeyScanEnd | { broken: string };
  try {
    end = await member.scanKeys(scanOf(args, counting, pace.decide));
  } catch (thrown) {
    // What has been counted until then is still a sample.
    end = { broken: asFault(thrown).message };
  }
  if ('skipped' in end) return { skipped: end.skipped, fix: end.fix };
  return { ...counting.slice(args, target, end), ...pace.spent, ...('broken' in end ? { stopped: 'broken' } : {}) };
}

/** A cursor is good for one process; and a replica that was promoted meanwhile is a primary now. */
async function whyMoved(member: RedisMember | undefined, { process, role }: KeyNode): Promise<string | undefined> {
  if (!member) return 'it does not answer any more';
  const [server, replication] = [await member.info('server'), await member.info('replication')];
  if ((server['run_id'] ?? '') !== process) return 'it was restarted';
  return role === 'replica' && replication['role'] === 'master' ? 'it was promoted to primary' : undefined;
}

function scanOf({ node, cursor }: SliceArgs, counting: Counting, pace: KeyScan<Pattern>['pace']): KeyScan<Pattern> {
  const ranked = /lru|lfu/.test(node.policy);
  return {
    cursor,
    database: node.database,
    batchKeys: BATCH_KEYS,
    inCluster: node.inCluster,
    asks: {
      expiry: node.expires > 0,
      frequency: node.policy.includes('lfu'),
      // A replica evicts nothing and does not see the reads of its primary: its ranking is of no use.
      members: ranked && node.role === 'primary' ? 'if-untouched' : 'always',
    },
    lookEveryMs: LOOK_EVERY_MS,
    groupOf: counting.tree.patternOf,
    see: counting.see,
    pace,
  };
}

type Counting = {
  tree: PatternTree;
  see: KeyScan<Pattern>['see'];
  slice(
    args: SliceArgs,
    target: RedisTarget,
    end: { cursor: string; membersCounted: boolean } | { broken: string },
  ): Slice;
};

function createCounting(): Counting {
  const tree = createPatternTree();
  const names = createSeenNames();
  const tops = {
    biggest: createTop(TOP_KEYS, ({ memoryBytes }) => memoryBytes),
    longest: createTopByType(),
    hottest: createTop(TOP_KEYS, ({ frequency }) => frequency),
  };
  let seen = 0;
  return {
    tree,
    see(group, key) {
      if (!names.add(key.name)) return;
      seen += 1;
      const pattern = standing(group);
      pattern.expects = pattern.stats.keys === 0 || pattern.expects === key.type ? key.type : undefined;
      countKey(pattern.stats, key);
      for (const top of [tops.biggest, tops.longest, tops.hottest]) top.offer(key);
    },
    slice(args, target, end) {
      const { patterns, textOf } = tree.finish();
      const shown = (top: Top) => top.keys.map((key) => shownKey(key, textOf(key.name), target.showKeyNames === true));
      const [biggest, longest, hottest] = [shown(tops.biggest), shown(tops.longest), shown(tops.hottest)];
      const ended =
        'broken' in end
          ? ({ cursor: args.cursor, membersCounted: true, stopped: 'broken', reason: end.broken } as const)
          : ({ cursor: end.cursor, membersCounted: end.membersCounted, stopped: null, reason: null } as const);
      const counted = mostPatterns(patterns.map(({ text, stats }) => ({ pattern: text, stats })));
      return { seen, patterns: counted, biggest, longest, hottest, seconds: 0, cpuSeconds: 0, ...ended };
    },
  };
}

/** The ones that hold most and the ones that are most, and all others as one. */
function mostPatterns(patterns: readonly CountedPattern[]): CountedPattern[] {
  const byBytes = patterns.toSorted((a, b) => b.stats.bytes - a.stats.bytes).slice(0, PATTERNS.byBytes);
  const byKeys = patterns.toSorted((a, b) => b.stats.keys - a.stats.keys).slice(0, PATTERNS.byKeys);
  const kept = new Set([...byBytes, ...byKeys]);
  const rest = patterns.filter((one) => !kept.has(one));
  if (rest.length === 0) return [...kept];
  const others = emptyStats();
  for (const { stats } of rest) addStats(others, stats);
  return [...kept, { pattern: OTHER_PATTERNS, stats: others }];
}
