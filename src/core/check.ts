import type * as z from 'zod';
import type { Changed, ChangeKind } from './changed.ts';
import type { Engine } from './engine.ts';
import type { Finding } from './finding.ts';
import type { Json } from './json.ts';
import type { Metric } from './metric.ts';
import type { Hysteresis } from './quiet.ts';
import type { Fact } from './report.ts';
import { rooms } from './room.ts';

/**
 * What one look gave. Empty is not healthy: a look that could not see says `skipped` (with the GRANT or setting that would
 * mend it) or `unreliable` (with the reason), and the report counts it as a gap.
 */
export type Seen<S> = { sample: S } | { skipped: string; fix: string } | { unreliable: string };

/**
 * Where a question is asked: in a room, or `machine`: of whoever measures the machines of the target, in the room that reaches
 * it. That is `control` where a cloud hosts the target, and `read` where exporters tell of servers of one's own.
 */
export const places = [...rooms, 'machine'] as const;
export type Place = (typeof places)[number];

/** One sample for each place in which a check asks. */
export type Samples = { readonly [P in Place]?: Json };

/** An earlier set of samples of the same check, at least 60 s old. */
export type Before<S> = { samples: S; secondsAgo: number };

/** A look as it is compared with another one of the same check; `before` is what its own rates are measured against. */
export type Compared<S> = { at: string; samples: S; before?: Before<S> };

/** Whom a check asks: in `control` the cloud that hosts the target, of its machines whoever measures them, else the target itself. */
export type Asked<T, C, M, P> = P extends 'control' ? C : P extends 'machine' ? M : T;

/**
 * A question asked of a target. `T` is the target port of its engine; `S` has one sample per place; `L` its limits; `C` and
 * `M` are the ports of the cloud and of the machines of its engine, where it asks those.
 */
export type CheckDefinition<T, S extends Samples, L, C, M> = {
  /** `<engine>.<file name>`: `postgres.connections`. */
  id: string;
  engine: Engine;
  /** A noun phrase for tables: "Connections by state and application". */
  title: string;
  /** One sentence: why somebody at 3 a.m. cares. */
  why: string;
  /** Why its critical findings are told of at first sight instead of after several looks in a row; absent where they can wait. */
  cannotWait?: string;
  /** Where two looks in a row to tell, and three to say that it is over, do not fit. */
  hysteresis?: Partial<Hysteresis>;
  /** Strict object; every limit has a default, units in the names (`warningRatio`, `criticalSeconds`). */
  limits: z.ZodType<L>;
  /** In its place: asks, never judges. Throws only for faults that nobody foresaw. */
  ask: { [P in keyof S]-?: (asked: Asked<T, C, M, P>) => Promise<Seen<S[P]>> };
  /**
   * What nobody can see of a target of which no cloud and no exporter tells, as the coverage says it: "how full the disk is, so
   * no day is forecast". A check of clouds or machines is not asked there and is no gap; without these words nothing is missing either.
   */
  withoutMachine?: string;
  /** Pure: samples to findings. */
  judge(now: S, before: Before<S> | undefined, limits: L, target: string): Finding[];
  /** Pure: the one or two numbers worth showing when all is well; rates only where there is an earlier look. */
  facts?(now: S, before?: Before<S>): Fact[];
  /** Pure: the numbers worth following for weeks; rates only where there is an earlier look. */
  metrics?(now: S, before: Before<S> | undefined, limits: L): Metric[];
  /** Pure: what is otherwise than at the last good look; only what may explain a finding, of this check or of another. */
  changes?(good: Compared<S>, now: Compared<S>, limits: L): Changed[];
  /** Set where `changes` looks at `before`: the samples that the good look's rates are measured against are kept, too. */
  comparesRates?: true;
  /** Kinds of changes that may explain its findings, most plausible first. Absent: `usualCauses`. */
  explainedBy?: readonly ChangeKind[];
};

/** A check whose sample and limit types are hidden, so that checks of one engine fit in one list. */
export type Check<T, C = never, M = never> = {
  id: string;
  engine: Engine;
  title: string;
  why: string;
  cannotWait?: string;
  hysteresis?: Partial<Hysteresis>;
  limits: z.ZodType;
  ask: { readonly [P in Place]?: (asked: Asked<T, C, M, P>) => Promise<Seen<Json>> };
  withoutMachine?: string;
  judge(now: Samples, before: Before<Samples> | undefined, limits: unknown, target: string): Finding[];
  facts(now: Samples, before?: Before<Samples>): Fact[];
  metrics(now: Samples, before: Before<Samples> | undefined, limits: unknown): Metric[];
  /** Absent where the check compares nothing, so that nobody keeps its samples for it. */
  changes?(good: Compared<Samples>, now: Compared<Samples>, limits: unknown): Changed[];
  comparesRates?: true;
  explainedBy?: readonly ChangeKind[];
};

/** Hides the types of a definition; limits are parsed again by the check's own schema before it judges. */
export function defineCheck<T, S extends Samples, L, C = unknown, M = unknown>(
  definition: CheckDefinition<T, S, L, C, M>,
): Check<T, C, M> {
  const { changes, ...rest } = definition;
  return {
    ...rest,
    ask: definition.ask as Check<T, C, M>['ask'],
    judge: (now, before, limits, target) =>
      definition.judge(now as S, before as Before<S> | undefined, definition.limits.parse(limits), target),
    facts: (now, before) => definition.facts?.(now as S, before as Before<S> | undefined) ?? [],
    metrics: (now, before, limits) =>
      definition.metrics?.(now as S, before as Before<S> | undefined, definition.limits.parse(limits)) ?? [],
    ...(changes
      ? {
          changes: (good, now, limits) =>
            changes(good as Compared<S>, now as Compared<S>, definition.limits.parse(limits)),
        }
      : {}),
  };
}
