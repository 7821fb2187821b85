import type * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { mergedLimits } from './merged-limits.ts';
import type { Misfit } from './problems.ts';
import { schemaProblems } from './schema-problems.ts';
import type { NightshiftFile, Thresholds } from './schema.ts';

/** What the config knows of a check. */
export type KnownCheck = { id: string; limits: z.ZodType };

/** Every threshold names a check and limits that the check has; the merged limits make sense together. */
export function thresholdProblems(file: NightshiftFile, checks: readonly KnownCheck[]): Misfit[] {
  return [
    ...layerProblems(['thresholds'], file.thresholds, checks),
    ...Object.entries(file.environments).flatMap(([name, { thresholds }]) =>
      layerProblems(['environments', name, 'thresholds'], thresholds, checks),
    ),
    ...Object.entries(file.targets).flatMap(([name, { thresholds }]) =>
      layerProblems(['targets', name, 'thresholds'], thresholds, checks),
    ),
    ...Object.keys(file.targets).flatMap((name) => mergedProblems(file, name, checks)),
  ];
}

function layerProblems(at: readonly PropertyKey[], layer: Thresholds, checks: readonly KnownCheck[]): Misfit[] {
  return Object.entries(layer).flatMap(([id, limits]) => {
    const check = checks.find((known) => known.id === id);
    if (!check) {
      const suggestion = didYouMean(
        id,
        checks.map((known) => known.id),
      );
      return [{ at: [...at, id], message: 'there is no check of this id', suggestion }];
    }
    return problemsOf(check.limits, limits, [...at, id], (code) => code !== 'custom');
  });
}

/** Rules between limits (warning below critical) are only fair on what the layers make together. */
function mergedProblems(file: NightshiftFile, name: string, checks: readonly KnownCheck[]): Misfit[] {
  return checks.flatMap((check) =>
    problemsOf(
      check.limits,
      mergedLimits(file, name, check.id),
      ['targets', name, 'thresholds', check.id],
      (code) => code === 'custom',
    ),
  );
}

function problemsOf(
  schema: z.ZodType,
  limits: unknown,
  at: readonly PropertyKey[],
  concerns: (code: string | undefined) => boolean,
): Misfit[] {
  const parsed = schema.safeParse(limits);
  if (parsed.success) return [];
  const issues = parsed.error.issues.filter(({ code }) => concerns(code));
  return issues.length === 0 ? [] : schemaProblems(schema, limits, issues, at);
}
