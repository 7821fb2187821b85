import type { StatementLook, StatementWindow } from '../core/statement.ts';

/** A window, and whose it is. */
export type MemberWindow = { member: string; window: StatementWindow };

/** Windows in the order of time; `since` it has the role that it has now, where it had the other one before. */
export type History = { windows: StatementWindow[]; since: string | null; formerly: string | null };

/**
 * Pure: the windows that tell what is usual for a member: of one that took over the writes those of the member that took them
 * before, and of one that became a replica only those since then. As a replica it ran other statements.
 */
export function historyOf(
  { member, role }: Pick<StatementLook, 'member' | 'role'>,
  all: readonly MemberWindow[],
): History {
  const own = all.filter((one) => one.member === member).map(({ window }) => window);
  const other = own.findLast((window) => window.role !== undefined && window.role !== role);
  if (!other) return { windows: own, since: null, formerly: null };
  const since = other.role === 'changed' ? other.from : other.to;
  const now = own.filter(({ from }) => from >= since);
  if (role === 'replica') return { windows: now, since, formerly: null };
  const before = oneAfterTheOther(
    all.filter(({ window }) => window.role === 'primary' && window.to <= since).toSorted(byTime),
  );
  return {
    windows: [...before.map(({ window }) => window), ...now],
    since,
    formerly: before.findLast((one) => one.member !== member)?.member ?? null,
  };
}

function byTime(a: MemberWindow, b: MemberWindow): number {
  return Date.parse(a.window.to) - Date.parse(b.window.to);
}

/** Two that took writes at one time count once. */
function oneAfterTheOther(windows: readonly MemberWindow[]): MemberWindow[] {
  let end = '';
  return windows.filter(({ window: { from, to } }) => {
    if (from < end) return false;
    end = to;
    return true;
  });
}
