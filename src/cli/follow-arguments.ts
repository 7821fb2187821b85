export const FOLLOW_USAGE = 'nightshift wal <target> --follow';

/** Pure: the target that is to be followed, or what is wrong with the words. */
export function readFollow(words: readonly string[]): { target: string } | { problem: string } {
  const [target, ...more] = words.filter((word) => word !== '--follow');
  if (target === undefined || more.length > 0 || target.startsWith('-')) return { problem: `Usage: ${FOLLOW_USAGE}` };
  return { target };
}
