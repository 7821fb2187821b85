import type { CanaryRecord } from '../../targets/canary.ts';
import { answeredAt } from './gap.ts';

/** As many bars as can be told apart on a page. */
const MOST_BARS = 24;

/**
 * Pure: the canary's writes as a chart in Markdown, a bar for the acknowledged ones of each moment, and none where writes stood still. As
 * text, so that it goes wherever the draft is pasted; GitHub and GitLab draw it. https://mermaid.js.org/syntax/xyChart.html
 */
export function canaryMarkdown({ startedAt, attempts, everyMilliseconds }: CanaryRecord): string[] {
  const answered = attempts.filter(({ member }) => member !== null);
  if (answered.length === 0) return [];
  const lastMilliseconds = Math.max(...attempts.map(answeredAt));
  const barMilliseconds = widthOf(lastMilliseconds, everyMilliseconds);
  const bars = Array.from(
    { length: Math.floor(lastMilliseconds / barMilliseconds) + 1 },
    (_, n) => answered.filter((one) => Math.floor(answeredAt(one) / barMilliseconds) === n).length,
  );
  const seconds = bars.map((_, n) => ((n * barMilliseconds) / 1000).toFixed(1));
  return [
    '```mermaid',
    'xychart-beta',
    `  title "Canary writes that were acknowledged, every ${barMilliseconds / 1000} s"`,
    `  x-axis "Seconds since ${startedAt}" [${seconds.join(', ')}]`,
    `  y-axis "Writes" 0 --> ${Math.max(...bars)}`,
    `  bar [${bars.join(', ')}]`,
    '```',
  ];
}

/** A multiple of the time between two writes, so that each bar may have as many as the others. */
function widthOf(lastMilliseconds: number, everyMilliseconds: number): number {
  const perBar = Math.ceil((lastMilliseconds + 1) / (MOST_BARS * everyMilliseconds));
  return Math.max(1, perBar) * everyMilliseconds;
}
