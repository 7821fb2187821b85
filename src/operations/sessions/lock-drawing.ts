import { countBehind, type Branch } from '../../checks/postgres/lock-tree.ts';
import { durationText } from '../../checks/wording.ts';
import { shorten } from '../../core/sql.ts';
import type { Listed } from './postgres-look.ts';

/** A branch with only those behind it that are drawn; `hidden` counts the others. */
type Pruned = { pid: number; waitSeconds: number | null; behind: readonly Pruned[]; hidden: number };

/** A branch as it is drawn, with what is known of its session. */
export type Drawn = Omit<Pruned, 'behind'> & { session: Listed | null; behind: readonly Drawn[] };

const MOST_NEXT = 6;
const MOST_DEPTH = 4;
const LINE_CHARACTERS = 110;

/** The first branches of each level, so that a queue of 200 stays readable; whoever is left out is counted. */
export function pruned({ pid, waitSeconds, behind }: Branch, depth = 1): Pruned {
  const shown = depth < MOST_DEPTH ? behind.slice(0, MOST_NEXT) : [];
  const rest = behind.slice(shown.length);
  return {
    pid,
    waitSeconds,
    behind: shown.map((branch) => pruned(branch, depth + 1)),
    hidden: rest.reduce((sum, branch) => sum + 1 + countBehind(branch), 0),
  };
}

/** Every pid that a tree draws. */
export function pidsIn({ pid, behind }: Pruned): number[] {
  return [pid, ...behind.flatMap(pidsIn)];
}

/** The tree with its sessions, by pid. */
export function withSessions(tree: Pruned, sessions: ReadonlyMap<number, Listed>): Drawn {
  return {
    ...tree,
    session: sessions.get(tree.pid) ?? null,
    behind: tree.behind.map((branch) => withSessions(branch, sessions)),
  };
}

/** Pure: the tree in lines for a fixed width, its root first. */
export function drawTree(tree: Drawn): string[] {
  return [lineOf(tree), ...below(tree, '')];
}

function below({ behind, hidden }: Drawn, margin: string): string[] {
  const lines = behind.flatMap((branch, n) => {
    const last = n === behind.length - 1 && hidden === 0;
    return [`${margin}${last ? '└─' : '├─'} ${lineOf(branch)}`, ...below(branch, `${margin}${last ? '   ' : '│  '}`)];
  });
  return hidden === 0 ? lines : [...lines, `${margin}└─ … and ${hidden} more`];
}

function lineOf({ pid, waitSeconds, session }: Drawn): string {
  if (pid === 0) return 'a prepared transaction, which belongs to no session';
  if (!session) return `pid ${pid} · it has just ended`;
  const { application, backendType, query } = session;
  const name = backendType === 'client backend' ? application || 'unnamed' : backendType;
  const doing = waitSeconds === null ? doingText(session) : `waits ${durationText(waitSeconds)}`;
  return shorten([`pid ${pid} ${name}`, doing, query].filter((part) => part !== '').join(' · '), LINE_CHARACTERS);
}

/** "idle in transaction for 14 min", "active for 3 s". */
export function doingText({ state, stateSeconds }: Pick<Listed, 'state' | 'stateSeconds'>): string {
  return `${state} for ${durationText(stateSeconds)}`;
}
