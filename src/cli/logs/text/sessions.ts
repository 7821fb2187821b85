import type { LogsDocument } from '../../../logs/report/document.ts';
import { plain } from '../../style.ts';
import { countText, durationText, shareText } from '../amounts.ts';
import type { LogsPage } from './report.ts';
import { clipped } from './statements.ts';

const MOST_ROWS = 5;

/** Who ran the statements, where the log says it: by user, database and application. */
export function sessionLines({ sessions }: LogsDocument, { width, top, paint }: LogsPage): string[] {
  const named = sessions.filter(({ user, database, application }) => `${user}${database}${application}` !== '');
  if (named.length === 0) return [];
  const whole = sessions.reduce((sum, { totalMs }) => sum + totalMs, 0) || 1;
  const shown = named.slice(0, Math.min(top, MOST_ROWS));
  const left = named.length - shown.length;
  return [
    paint.bold('Who ran them'),
    paint.dim(['share', 'total', 'calls', 'errors'].map((head) => head.padStart(12)).join('')),
    ...shown.map((one) => {
      const numbers = [
        shareText(one.totalMs / whole),
        durationText(one.totalMs),
        countText(one.calls),
        countText(one.errors),
      ];
      const lead = `${numbers.map((text) => text.padStart(12)).join('')}  `;
      return `${lead}${clipped(plain(sessionName(one)), width - lead.length)}`;
    }),
    ...(left > 0 ? [paint.dim(`${' '.repeat(14)}and ${countText(left)} more`)] : []),
  ];
}

/** `app@shop psql`, as far as the log says it. */
export function sessionName({ user, database, application }: LogsDocument['sessions'][number]): string {
  return `${user}${database === '' ? '' : `@${database}`} ${application}`.trim();
}
