export type ChartDot = { atMs: number; value: number; least: number; most: number };

/** Longer than this times the usual distance between two looks, nobody looked. */
const GAP_TIMES = 1.6;
const USUAL_SHARE = 0.9;

/** Pure: a line in pieces, so that a time in which nobody looked is a gap and no straight line. */
export function segments(dots: readonly ChartDot[]): ChartDot[][] {
  const apart = dots.slice(1).map((dot, n) => dot.atMs - (dots[n]?.atMs ?? dot.atMs));
  const usual = apart.toSorted((a, b) => a - b)[Math.floor((apart.length - 1) * USUAL_SHARE)] ?? 0;
  const pieces: ChartDot[][] = [];
  for (const [n, dot] of dots.entries()) {
    const isGap = n === 0 || (apart[n - 1] ?? 0) > usual * GAP_TIMES;
    if (isGap) pieces.push([dot]);
    else pieces.at(-1)?.push(dot);
  }
  return pieces;
}
