/** A fall by more than this share of all that was seen is another beginning: a failover, a restart, somebody who made room. */
const RESET_SHARE = 0.25;
/** One interval with more than this share of the whole growth is a step, unless it took that share of the time as well. */
const STEP_SHARE = 0.35;
/** How much faster than the whole a step is. */
const STEP_SPEED = 5;

type Dot = { at: number; value: number };

/**
 * Pure: what of a line came after its last reset and its last step; the dots before it tell of another time. A change of less
 * than `least` is neither.
 */
export function lastStretch(line: readonly Dot[], least: number): readonly Dot[] {
  const begin = Math.max(0, ...line.map((_, n) => (isReset(line, n, least) ? n : 0)));
  const since = line.slice(begin);
  const step = Math.max(0, ...since.map((_, n) => (isStep(since, n, least) ? n : 0)));
  return step === 0 ? since : lastStretch(since.slice(step), least);
}

function isReset(line: readonly Dot[], n: number, least: number): boolean {
  const [before, now] = [line[n - 1], line[n]];
  if (!before || !now || before.value - now.value <= least) return false;
  const values = line.map(({ value }) => value);
  return before.value - now.value > RESET_SHARE * (Math.max(...values) - Math.min(...values));
}

function isStep(line: readonly Dot[], n: number, least: number): boolean {
  const [first, before, now, last] = [line[0], line[n - 1], line[n], line.at(-1)];
  if (!first || !before || !now || !last || line.length < 4) return false;
  const values = line.map(({ value }) => value);
  const growth = now.value - before.value;
  const whole = Math.max(...values) - Math.min(...values);
  const share = (now.at - before.at) / (last.at - first.at);
  return growth > least && growth > STEP_SHARE * whole && growth / whole > STEP_SPEED * share;
}
