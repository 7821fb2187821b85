import { context, type Rendered } from './blocks.ts';
import { inline } from './mrkdwn.ts';

/** What the provider said, in its own words, and what it means where that is known. */
export type SaidByProvider = { name: string; source: string; message: string; means?: string };

const mostEvents = 4;

/** A report that was made because the provider said something: that comes first. */
export function afterEvents(report: Rendered, events: readonly SaidByProvider[]): Rendered {
  const lines = events.slice(-mostEvents).map(eventLine);
  return { ...report, text: [...lines, report.text].join('\n'), blocks: [context(lines.join('\n')), ...report.blocks] };
}

/** ":loudspeaker: RDS-EVENT-0049 for `shop-db-1`: Multi-AZ instance failover completed" */
export function eventLine({ name, source, message, means }: SaidByProvider): string {
  const said = message === '' ? (means ?? '') : message;
  const words = said === '' ? '' : `: ${inline(said, 300)}`;
  return `:loudspeaker: ${inline(name, 80)} for \`${inline(source, 80)}\`${words}`;
}
