import type { Before, Place, Samples } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import type { Metric } from '../../core/metric.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Remembered } from '../../core/past.ts';
import type { Coverage, Fact, Gap } from '../../core/report.ts';
import { checksOf, type AnyCheck, type Answers, type Look } from './look.ts';
import { reachability } from './reachability.ts';

/** A metric, and the check that it came from. */
export type SeenMetric = Metric & { check: string };
/** What was answered in each place; the read room says besides whom it met. */
export type Looks = { readonly [P in Place]?: Answers } & { readonly read?: Look };

/** A target judged: what was found, what could not be seen, the numbers worth showing, the samples to keep. */
export type Judged = {
  findings: readonly Finding[];
  coverage: Coverage;
  facts: readonly Fact[];
  metrics: readonly SeenMetric[];
  samples: { readonly [check: string]: Samples };
  /** Ids of the checks that answered: only their absent findings count as resolved. */
  answered: readonly string[];
};

/** Pure: the looks of all rooms at one target, to findings. */
export function judge(
  target: TargetName,
  looks: Looks,
  limits: (check: string) => Json,
  rates: Remembered | undefined,
  nowMs: number,
): Judged {
  const checks = checksOf(target.engine);
  const asked = checks.filter((check) => canBeAsked(check, target));
  const unseen = checks.flatMap((check) => (canBeAsked(check, target) ? [] : (check.withoutMachine ?? [])));
  const verdicts = asked.map((check) => verdictOf(check, target, looks, limits, rates, nowMs));
  const gaps = verdicts.flatMap((verdict) => ('gap' in verdict ? [verdict.gap] : []));
  const good = verdicts.flatMap((verdict) => ('gap' in verdict ? [] : [verdict]));
  return {
    findings: [...reachability(target, looks.read), ...good.flatMap((verdict) => verdict.findings)],
    coverage: {
      asked: verdicts.length,
      answered: good.length,
      gaps,
      ...(unseen.length > 0 ? { unseen } : {}),
    },
    facts: good.flatMap((verdict) => verdict.facts),
    metrics: good.flatMap(({ id, metrics }) => metrics.map((metric) => ({ ...metric, check: id }))),
    samples: Object.fromEntries(good.map((verdict) => [verdict.id, verdict.samples])),
    answered: good.map((verdict) => verdict.id),
  };
}

/** Pure: a check of clouds or machines has nobody to ask where no cloud hosts the target, and no exporter tells of its machines. */
export function canBeAsked({ ask }: AnyCheck, { cloud, exporters }: TargetName): boolean {
  if (ask.control !== undefined) return cloud === true;
  return ask.machine === undefined || cloud === true || exporters === true;
}

type Verdict =
  | { gap: Gap }
  | {
      id: string;
      findings: readonly Finding[];
      facts: readonly Fact[];
      metrics: readonly Metric[];
      samples: Samples;
    };

function verdictOf(
  check: AnyCheck,
  target: TargetName,
  looks: Looks,
  limits: (check: string) => Json,
  rates: Remembered | undefined,
  nowMs: number,
): Verdict {
  const samples: Partial<Record<Place, Json>> = {};
  for (const place of Object.keys(check.ask) as Place[]) {
    const answer = looks[place]?.answers[check.id];
    if (!answer)
      return {
        gap: {
          check: check.id,
          kind: 'unreliable',
          reason: looks[place]?.unseen ?? nobodyLooked(place),
        },
      };
    if ('skipped' in answer)
      return { gap: { check: check.id, kind: 'skipped', reason: answer.skipped, fix: answer.fix } };
    if ('unreliable' in answer) return { gap: { check: check.id, kind: 'unreliable', reason: answer.unreliable } };
    samples[place] = answer.sample;
  }
  try {
    const [before, bounds] = [beforeOf(check.id, rates, nowMs), limits(check.id)];
    const findings = check.judge(samples, before, bounds, target.name);
    const metrics = check.metrics(samples, before, bounds);
    return { id: check.id, findings, facts: check.facts(samples, before), metrics, samples };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { gap: { check: check.id, kind: 'unreliable', reason: `the answer could not be judged: ${reason}` } };
  }
}

function nobodyLooked(place: Place): string {
  return place === 'machine' ? 'nobody looked at the machines' : `nobody looked from the ${place} room`;
}

/** The samples that a check measures its rates against, and their age. */
export function beforeOf(
  check: string,
  rates: Pick<Remembered, 'at' | 'samples'> | undefined,
  nowMs: number,
): Before<Samples> | undefined {
  const samples = rates?.samples[check];
  return samples && rates ? { samples, secondsAgo: (nowMs - Date.parse(rates.at)) / 1000 } : undefined;
}
