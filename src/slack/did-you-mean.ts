import { distance } from 'fastest-levenshtein';

/** The up to three known names that are closest to what was typed; none when nothing is close. */
export function didYouMean(typed: string, known: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const most = Math.max(2, Math.floor(wanted.length / 3));
  return [...new Set(known)]
    .map((name) => ({ name, far: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A beginning counts as near: `orders` for `orders-db`. */
function distanceOf(typed: string, name: string): number {
  return typed.length >= 3 && name.startsWith(typed) ? 1 : distance(typed, name);
}
