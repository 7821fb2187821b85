import type { Before, Seen } from '../core/check.ts';
import type { Finding } from '../core/finding.ts';
import type { Machine } from '../targets/machine.ts';
import { ratesBetween } from '../targets/machine-rates.ts';
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

type AnyMachine = Machine<'cpuPercent'>;

/**
 * The machines, if the one number that every machine has was measured on each, or can be told from two looks; a silent machine
 * is never a calm one. Where only some are silent, the others are told of.
 */
export function measuredMachines<M extends AnyMachine>(machines: readonly M[]): Seen<{ machines: readonly M[] }> {
  const silent = machines.flatMap(({ member, silent: why }) => (why === undefined ? [] : [`${member}: ${why}`]));
  if (silent.length > 0 && silent.length === machines.length) return { unreliable: listText(silent) };
  const blank = machines.filter(
    ({ measures, counters, silent: why }) => !measures.cpuPercent && !counters && why === undefined,
  );
  if (blank.length === 0) return { sample: { machines } };
  return {
    unreliable: `the CPU of ${listText(blank.map(({ member }) => member))} was not measured in the last minutes`,
  };
}

/** Pure: machines that only count, with the rates since the look before; at the first look they have none. */
export function withRates<M extends AnyMachine>(
  machines: readonly M[],
  before: Before<{ machines: readonly M[] }> | undefined,
): M[] {
  return machines.map((one) => {
    const earlier = before?.samples.machines.find(({ member }) => member === one.member)?.counters;
    const rates = one.counters && earlier && ratesBetween(earlier, one.counters);
    if (!rates) return one;
    return { ...one, overSeconds: rates.overSeconds, measures: { ...one.measures, ...rates.measures } };
  });
}

/** Pure: the machines of the look before; a look that an earlier release kept has none. */
export function beforeOf<S>(before: Before<{ machine?: S }> | undefined): Before<S> | undefined {
  const machine = before?.samples.machine;
  return before && machine !== undefined ? { secondsAgo: before.secondsAgo, samples: machine } : undefined;
}

/** Pure: the machines that did not answer while others did. */
export function silentFindings(check: string, machines: readonly AnyMachine[]): Finding[] {
  return machines.flatMap(({ member, silent: reason }) =>
    reason === undefined
      ? []
      : [
          {
            key: `${check}:${member}:silent`,
            severity: 'info',
            sentence: `Nothing is known of the machine of ${member}: ${reason}.`,
            evidence: { member, reason },
            next: 'Find out whether the machine is up; if it is, start its exporter again.',
          },
        ],
  );
}
