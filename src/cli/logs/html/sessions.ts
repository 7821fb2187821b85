import type { LogsDocument } from '../../../logs/report/document.ts';
import { countText, durationText, shareText } from '../amounts.ts';
import { shareBarSvg } from './chart.ts';
import { html, nothing, type Markup } from './markup.ts';

const MOST_ROWS = 100;
const NUMBERS = ['Total', 'Calls', 'Errors'];

/** Who ran statements and met errors, where the log says it. */
export function sessionSection({ sessions }: LogsDocument): Markup {
  const named = sessions.filter(({ user, database, application }) => `${user}${database}${application}` !== '');
  if (named.length === 0) return nothing;
  const whole = sessions.reduce((sum, { totalMs }) => sum + totalMs, 0) || 1;
  return html`<section id="sessions">
    <h2>Who ran them</h2>
    <div class="scroll">
      <table class="sorts stack" role="table">
        <caption class="away">
          Time, statements and errors by user, database and application
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${['User', 'Database', 'Application'].map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
            ${NUMBERS.map((name) => html`<th scope="col" role="columnheader" class="n" ${name === 'Total' ? html`aria-sort="descending"` : nothing}>${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${named.slice(0, MOST_ROWS).map((one) => row(one, whole))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row(
  { user, database, application, totalMs, calls, errors }: LogsDocument['sessions'][number],
  whole: number,
): Markup {
  const share = totalMs / whole;
  const number = (label: string, value: number): Markup =>
    html`<td class="n" role="cell" data-label="${label}" data-value="${value}">${countText(value)}</td>`;
  return html`<tr role="row">
    ${[user, database, application].map((name) => html`<td role="cell">${name === '' ? '–' : name}</td>`)}
    <td class="n" role="cell" data-label="total" data-value="${totalMs}">
      ${durationText(totalMs)} <small class="quiet">${shareText(share)}</small>${shareBarSvg(share)}
    </td>
    ${number('calls', calls)}${number('errors', errors)}
  </tr>`;
}
