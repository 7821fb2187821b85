import { context, section, type Rendered } from './blocks.ts';
import { counted, inline, when } from './mrkdwn.ts';

/** The targets of one environment that ring at the same time, and how far the reports on them are. */
export type StormView = {
  environment: string;
  openedAt: string;
  /** Changes of alarms, and events, that it is made of. */
  changes: number;
  /** Targets with an alarm that is on. */
  inAlarm: number;
  looking: readonly string[];
  queued: readonly string[];
  /** Those whose report is made. */
  done: readonly string[];
};

const mostNames = 12;

/** One message an environment, from the first target that has to wait until the last alarm is over. */
export function renderStorm(storm: StormView): Rendered {
  const line = headLine(storm);
  const { changes, openedAt } = storm;
  const lines = [
    ...listLine('Reports running', storm.looking),
    ...listLine('Queued', storm.queued),
    `${counted(changes, 'change')} since ${when(openedAt)}. Each target has a message of its own, from the moment its report begins.`,
  ];
  return { text: line, blocks: [section(line), context(lines.join('\n'))], thread: [] };
}

function headLine({ environment, inAlarm, looking, queued, done }: StormView): string {
  const all = looking.length + queued.length + done.length;
  const name = `*${inline(environment, 80)}*`;
  const isOpen = looking.length + queued.length > 0;
  if (!isOpen && inAlarm === 0) return `:white_check_mark: ${name}: storm over, ${counted(all, 'target')} looked at`;
  const alarms = inAlarm === 0 ? counted(all, 'target') : `${counted(inAlarm, 'target')} in alarm`;
  const reports = isOpen
    ? `${counted(looking.length, 'report')} running, ${queued.length} queued, ${done.length} done`
    : `all ${counted(all, 'report')} done`;
  return `:rotating_light: ${name}: ${alarms} · ${reports}`;
}

function listLine(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, mostNames).map((name) => inline(name, 60));
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return [`${what}: ${shown.join(', ')}${more}`];
}
