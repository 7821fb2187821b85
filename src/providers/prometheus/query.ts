import { counterNames, CPU, gaugeNames } from '../node-exporter/reading.ts';

/** Rates over this time; long enough for two scrapes of any usual interval. */
export const RATE_SECONDS = 15 * 60;
/** The label of ours that says which series a computed one stands for. */
export const NAME_LABEL = 'nightshift';
export const CORES = 'cores';
/** Of the server itself: 1 where the last scrape of the machine succeeded. */
export const UP = 'up';

/**
 * Pure: everything of one machine in one instant query, joined by `or`; rates per second in place of counters.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function machineQuery(instance: string): string {
  const of = `instance="${instance.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  const rate = (name: string): string => `rate(${name}{${of}}[${RATE_SECONDS}s])`;
  return [
    `{__name__=~"${[UP, ...gaugeNames].join('|')}",${of}}`,
    named(CORES, `count(count by (cpu) (${CPU}{${of}}))`),
    named(CPU, `sum by (mode) (${rate(CPU)})`),
    ...counterNames.map((name) => named(name, rate(name))),
  ].join(' or ');
}

function named(name: string, expression: string): string {
  return `label_replace(${expression}, "${NAME_LABEL}", "${name}", "", "")`;
}
