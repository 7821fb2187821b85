import type { Chart } from '../../core/report.ts';
import type { CanaryRecord } from '../../targets/canary.ts';
import { answeredAt, gapOf, isStill, lengthOf } from './gap.ts';
import { secondsText } from './words.ts';

/** Pure: how long each canary write took, by the server that acknowledged it, and the time in which none was; nothing without any. */
export function canaryChart(target: string, record: CanaryRecord): Chart[] {
  const { startedAt, attempts } = record;
  const gap = gapOf(record);
  if (gap === null) return [];
  const at = (milliseconds: number) => new Date(Date.parse(startedAt) + milliseconds).toISOString();
  const members = [...new Set(attempts.flatMap(({ member }) => member ?? []))];
  const isGap = isStill(record, gap);
  const label = `${gap.isOpen ? 'at least ' : ''}${secondsText(lengthOf(gap))} without a write`;
  return [
    {
      title: `${target} · time of each canary write`,
      unit: 'ms',
      limits: [],
      series: members.map((member) => ({
        name: member,
        points: attempts
          .filter((one) => one.member === member)
          .map((one) => ({ at: at(answeredAt(one)), value: one.tookMilliseconds })),
      })),
      ...(isGap ? { spans: [{ from: at(gap.fromMilliseconds), to: at(gap.toMilliseconds), label }] } : {}),
      note: isGap ? `a write every ${secondsText(record.everyMilliseconds)}` : 'none failed',
    },
  ];
}
