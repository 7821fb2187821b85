/** What a backup is in a chain: what it builds on, and what is wrong with it. */
export type Link = { kind: string; parent?: string | undefined; problems: readonly string[] };

/** All that a restore needs, the full backup first; or the one of them that is not there, is no good, or builds on itself. */
export type Chain = { labels: string[] } | { lacks: string };

/** Pure: what a backup builds on, down to the full one. */
export function chainOf(label: string, linkOf: (label: string) => Link | undefined): Chain {
  const labels: string[] = [];
  for (let next = label; ;) {
    const link = linkOf(next);
    if (link === undefined || link.problems.length > 0 || labels.includes(next)) return { lacks: next };
    labels.unshift(next);
    if (link.kind !== 'incremental') return { labels };
    if (link.parent === undefined) return { lacks: 'a parent' };
    next = link.parent;
  }
}

/** Pure: what to say of a backup that is good itself, and in whose chain something is not. */
export function problemsOf({ problems }: Pick<Link, 'problems'>, chain: Chain): readonly string[] {
  if (problems.length > 0 || 'labels' in chain) return problems;
  return [`${chain.lacks}, which it builds on, is missing or no good`];
}
