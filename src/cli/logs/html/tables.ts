import type { Counted } from '../../../logs/digest/counted.ts';
import type { LogsDocument } from '../../../logs/report/document.ts';
import { errorClassOf } from '../../../logs/report/error-class.ts';
import { countText, wholeText } from '../amounts.ts';
import { missingSettings, sectionsOf, sumOf, type Section } from '../sections.ts';
import { html, nothing, type Markup } from './markup.ts';
import { sqlBlock } from './statements.ts';

/** So many rows stand in one table. */
const MOST_ROWS = 200;

export function errorSection({ errors }: LogsDocument): Markup {
  if (errors.length === 0)
    return html`<section id="errors">
      <h2>Errors</h2>
      <p>None in this log.</p>
    </section>`;
  const { count } = sumOf(errors);
  return html`<section id="errors">
    <h2>Errors <small>${wholeText(count)} in all; values are left out of the messages</small></h2>
    ${table('Errors by message', ['Message', 'Class', 'Count'], errors, (row) => [text('message', message(row)), text('', html`${errorClassOf(row.name)}`), number('count', row.count, countText(row.count))])}
  </section>`;
}

/** What the server did beside statements; of what was not seen, the settings that would show it. */
export function serverSections(document: LogsDocument): Markup {
  const seen = sectionsOf(document).filter(({ rows }) => rows.length > 0);
  const missing = missingSettings(document);
  return html`${seen.map((section) => serverSection(section, document.deadlocks))}${
    missing.length === 0
      ? nothing
      : html`<section id="not-seen">
          <h2>Not seen in this log</h2>
          <p>
            It did not happen, or the server does not write it. These settings would show it:
            ${missing.map((setting, n) => html`${n === 0 ? '' : ', '}<code>${setting}</code>`)}.
          </p>
        </section>`
  }`;
}

function serverSection({ id, title, thing, rows, amount }: Section, deadlocks: number): Markup {
  const { count, total } = sumOf(rows);
  const sums = amount && total > 0 ? `${wholeText(count)} in all, ${amount.text(total)}` : `${wholeText(count)} in all`;
  const more = id === 'lockWaits' && deadlocks > 0 ? `, ${wholeText(deadlocks)} of deadlocks` : '';
  const heads = amount ? [thing, 'Count', `All ${amount.name}`, `Most ${amount.name}`] : [thing, 'Count'];
  return html`<section id="${id}">
    <h2>${title} <small>${sums}${more}</small></h2>
    ${table(title, heads, rows, (row) => [
      text('message', message(row)),
      number('count', row.count, countText(row.count)),
      ...(amount
        ? [
            number('all', row.total, row.total > 0 ? amount.text(row.total) : '–'),
            number('most', row.max, row.max > 0 ? amount.text(row.max) : '–'),
          ]
        : []),
    ])}
  </section>`;
}

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly Counted[],
  cells: (row: Counted) => readonly Markup[],
): Markup {
  const left = rows.length - MOST_ROWS;
  return html`<div class="scroll">
      <table class="sorts stack" role="table">
        <caption class="away">
          ${caption}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${heads.map((head, n) => html`<th scope="col" role="columnheader" class="${n === 0 || head === 'Class' ? '' : 'n'}" ${head === 'Count' ? html` aria-sort="descending"` : nothing}>${head}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${rows.slice(0, MOST_ROWS).map(
            (row) =>
              html`<tr role="row">
                ${cells(row)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="quiet">and ${wholeText(left)} more kinds, in the JSON</p>` : nothing}`;
}

function text(kind: string, content: Markup): Markup {
  return html`<td class="${kind}" role="cell">${content}</td>`;
}

function number(label: string, value: number, words: string): Markup {
  return html`<td class="n" role="cell" data-label="${label}" data-value="${value}">${words}</td>`;
}

/** The name of a row; with the statements that caused it, where they are known. */
function message({ name, statements }: Counted): Markup {
  if (statements.length === 0) return html`${name}`;
  return html`<details>
    <summary>${name}</summary>
    <div class="sub">
      <p class="quiet">${statements.length === 1 ? 'The statement' : 'Statements'}</p>
      ${statements.map(sqlBlock)}
    </div>
  </details>`;
}
