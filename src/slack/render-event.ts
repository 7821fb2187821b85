import { context, type Rendered } from './blocks.ts';
import { inline } from './mrkdwn.ts';

/** What the provider said, in its own words. */
export type SaidByProvider = { name: string; source: string; message: string };

/** A report that was made because the provider said something: that comes first. */
export function afterEvent(report: Rendered, { name, source, message }: SaidByProvider): Rendered {
  const words = message === '' ? '' : `: ${inline(message, 300)}`;
  const line = `:loudspeaker: ${inline(name, 80)} for \`${inline(source, 80)}\`${words}`;
  return { ...report, text: `${line}\n${report.text}`, blocks: [context(line), ...report.blocks] };
}
