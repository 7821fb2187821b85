import type { Json } from '../../core/json.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Remembered } from '../../core/past.ts';
import type { ReportedFinding } from '../../core/report.ts';
import { isCeiling } from './compare.ts';
import { beforeOf, type Judged } from './judge.ts';
import { checksOf, type AnyCheck } from './look.ts';

/** What is back within its limit, but not below this share of it, is not over yet. */
const CLEAR_BELOW = 0.9;

/** What a target was judged by. */
export type JudgedBy = {
  target: TargetName;
  judged: Judged;
  limits: (check: string) => Json;
  rates: Remembered | undefined;
  nowMs: number;
};

/**
 * Pure: which of the findings that are gone would still be there if their limits were a tenth stricter. The check itself is
 * asked again, of the same samples. What has no measure, or whose check cannot be judged so, counts as gone.
 */
export function stillNear(gone: readonly ReportedFinding[], by: JudgedBy): Set<string> {
  const checks = checksOf(by.target.engine);
  return new Set(
    gone
      .filter((finding) => {
        const check = checks.find(({ id }) => finding.key.startsWith(`${id}:`));
        return check !== undefined && finding.measure !== undefined && isNear(finding, finding.measure, check, by);
      })
      .map(({ key }) => key),
  );
}

function isNear(
  finding: ReportedFinding,
  measure: NonNullable<ReportedFinding['measure']>,
  check: AnyCheck,
  { target, judged, limits, rates, nowMs }: JudgedBy,
): boolean {
  const samples = judged.samples[check.id];
  const known = check.limits.safeParse(limits(check.id));
  if (samples === undefined || !known.success) return false;
  const strict = stricter(known.data, isCeiling(measure));
  // Limits a tenth stricter may be none that the check accepts.
  if (!check.limits.safeParse(strict).success) return false;
  const found = check.judge(samples, beforeOf(check.id, rates, nowMs), strict, target.name);
  return found.some(({ key }) => key === finding.key);
}

/** Ceilings a tenth lower, or floors a tenth higher. */
function stricter(limits: unknown, ceilings: boolean): unknown {
  if (typeof limits !== 'object' || limits === null) return limits;
  const moved = (value: number): number => {
    const exact = ceilings ? value * CLEAR_BELOW : value / CLEAR_BELOW;
    if (!Number.isInteger(value)) return exact;
    return ceilings ? Math.floor(exact) : Math.ceil(exact);
  };
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? moved(value) : value,
    ]),
  );
}
