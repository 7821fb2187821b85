import type { Seen } from '../core/check.ts';
import type { Finding } from '../core/finding.ts';
import type { Machine } from '../targets/cloud.ts';
import { listText } from './wording.ts';

/** A number of a machine held against its limits. `below` where less is worse. */
export type Gauge = {
  /** The object of the finding's key. */
  what: string;
  value: number;
  unit: string;
  warning: number;
  critical?: number;
  below?: boolean;
  /** The least growth that counts as WORSE. */
  step: number;
  /** `CPU was at 93 %`: what was measured, without the member and the limit. */
  said: string;
  /** Words for the limit: `80 %`. */
  limit(value: number): string;
  next: string;
};

/** Pure: the gauges that are past a limit, as findings of one member. */
export function gaugeFindings(check: string, member: string, measures: object, gauges: readonly Gauge[]): Finding[] {
  return gauges.flatMap((gauge) => {
    const past = (limit: number): boolean => (gauge.below ? gauge.value < limit : gauge.value >= limit);
    const critical = gauge.critical !== undefined && past(gauge.critical);
    if (!critical && !past(gauge.warning)) return [];
    const limit = critical ? (gauge.critical ?? gauge.warning) : gauge.warning;
    const severity = critical ? 'critical' : 'warning';
    const where = gauge.below ? 'below' : 'from';
    return [
      {
        key: `${check}:${member}:${gauge.what}`,
        severity,
        sentence: `${gauge.said} on ${member} (${severity} ${where} ${gauge.limit(limit)}).`,
        measure: { value: gauge.value, unit: gauge.unit, limit, step: gauge.step },
        evidence: { member, measures: { ...measures } },
        next: gauge.next,
      },
    ];
  });
}

/** The machines, if the one number that every machine has was measured on each; a silent machine is never a calm one. */
export function measuredMachines<M extends string>(
  machines: readonly Machine<M>[],
  everywhere: M,
  words: string,
): Seen<{ machines: readonly Machine<M>[] }> {
  const silent = machines.filter(({ measures }) => measures[everywhere] === undefined);
  if (silent.length === 0) return { sample: { machines } };
  return {
    unreliable: `${words} of ${listText(silent.map(({ member }) => member))} was not measured in the last minutes`,
  };
}
