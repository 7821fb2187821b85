import type { DocumentStatement, LogsDocument } from '../../../logs/report/document.ts';
import { countText, durationText, shareText, wholeText } from '../amounts.ts';
import { isKeyword, prettySql } from '../pretty-sql.ts';
import { shortId } from '../text/statements.ts';
import { columnChart, shareBarSvg } from './chart.ts';
import { html, nothing, type Markup } from './markup.ts';

/** So many of each ranking are in the table; all are in the JSON. */
const TOP = 100;

const HEADS = [
  ['#', 'first n'],
  ['Statement', 'statement'],
  ['Total', 'n'],
  ['Calls', 'n'],
  ['Mean', 'n'],
  ['p95', 'n'],
  ['Max', 'n'],
] as const;

/** The statements as one table that can be sorted; each opens into its text, its histogram and where it comes from. */
export function statementSection(document: LogsDocument): Markup {
  const { statements } = document;
  if (statements.length === 0) {
    return html`<section id="statements">
      <h2>Statements</h2>
      <p>No durations are in this log. Set <code>log_min_duration_statement</code> (in ms; 0 logs every statement).</p>
    </section>`;
  }
  const shown = shownStatements(statements);
  const whole = statements.reduce((sum, { totalMs }) => sum + totalMs, 0) || 1;
  const rest = statements.length - shown.length;
  return html`<section id="statements">
    <h2>Statements</h2>
    <p class="tools" hidden>
      <label
        ><span class="away">Find a statement</span
        ><input type="search" placeholder="Find a statement" data-table="statement-table" autocomplete="off"
      /></label>
      <output class="quiet"></output>
    </p>
    <div class="scroll">
      <table class="sorts stack" id="statement-table" role="table">
        <caption>
          By the time they took
          together${rest > 0 ? html` <small>the ${TOP} first by total, mean, calls and max; ${wholeText(rest)} more are in the JSON</small>` : nothing}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${HEADS.map(([name, kind]) => html`<th scope="col" role="columnheader" class="${kind}" ${name === 'Total' ? html` aria-sort="descending"` : nothing}>${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${shown.map((one, n) => row(one, n + 1, whole))}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** The first of every way to sort, in the order of total time. */
function shownStatements(statements: readonly DocumentStatement[]): DocumentStatement[] {
  const kept = (['totalMs', 'meanMs', 'calls', 'maxMs'] as const).flatMap((key) =>
    statements.toSorted((a, b) => b[key] - a[key]).slice(0, TOP),
  );
  return [...new Set(kept)].toSorted((a, b) => b.totalMs - a.totalMs);
}

function row(one: DocumentStatement, rank: number, whole: number): Markup {
  const share = one.totalMs / whole;
  const cell = (label: string, value: number, text: string): Markup =>
    html`<td class="n" role="cell" data-label="${label}" data-value="${value}">${one.calls === 0 ? '–' : text}</td>`;
  return html`<tr role="row">
    <td class="first n" role="cell" data-value="${rank}">${rank}</td>
    <td class="statement" role="cell">${opened(one)}</td>
    <td class="n" role="cell" data-label="total" data-value="${one.totalMs}">
      ${durationText(one.totalMs)} <small class="quiet">${shareText(share)}</small>${shareBarSvg(share)}
    </td>
    ${cell('calls', one.calls, countText(one.calls))}${cell('mean', one.meanMs, durationText(one.meanMs))}${cell('p95', one.p95Ms, durationText(one.p95Ms))}${cell('max', one.maxMs, durationText(one.maxMs))}
  </tr>`;
}

function opened(one: DocumentStatement): Markup {
  const tags = Object.entries(one.tags);
  return html`<details id="q-${one.id}">
    <summary><span class="id">${shortId(one.id)}</span> <span class="sql">${one.text}</span></summary>
    <div class="sub">
      ${sqlBlock(one.text)}
      <p class="facts">
        ${
          one.calls === 0
            ? html`<span>plans alone, no durations</span>`
            : html`<span>calls <b>${wholeText(one.calls)}</b></span
                ><span>median <b>${durationText(one.p50Ms)}</b></span
                ><span>p99 <b>${durationText(one.p99Ms)}</b></span>`
        }${whoRan(one).map(([key, value]) => html`<span>${key} <b>${value}</b></span>`)}${tags.map(([key, value]) => html`<span>${key} <b>${value}</b></span>`)}
      </p>
      ${columnChart(
        'Calls by duration, up to',
        one.histogram.map(({ toMs, calls }) => ({
          name: durationText(toMs).replace(' ', ''),
          value: calls,
          words: `up to ${durationText(toMs)}: ${wholeText(calls)}`,
        })),
      )}
      ${hoursChart(one)} ${planBlock(one)}
    </div>
  </details>`;
}

function whoRan({ users, databases, applications }: DocumentStatement): [string, string][] {
  const all: [string, string[]][] = [
    ['by', users],
    ['in', databases],
    ['from', applications],
  ];
  return all.flatMap(([key, names]): [string, string][] => (names.length === 0 ? [] : [[key, names.join(', ')]]));
}

function hoursChart({ hours }: DocumentStatement): Markup {
  if (hours.filter((calls) => calls > 0).length < 2) return nothing;
  return columnChart(
    'Calls by hour of the day',
    hours.map((value, hour) => ({ name: String(hour), value, words: `${hour} h: ${wholeText(value)}` })),
  );
}

function planBlock({ plans, slowestPlan }: DocumentStatement): Markup {
  if (slowestPlan === null) return nothing;
  return html`<p class="quiet">
      The plan of the slowest of ${wholeText(plans)} that auto_explain logged, ${durationText(slowestPlan.durationMs)}
    </p>
    <pre>${slowestPlan.text}</pre>`;
}

/** A statement in lines, its keywords in bold. */
export function sqlBlock(text: string): Markup {
  return html`<pre>
${prettySql(text).map((line, n) => html`${n === 0 ? '' : '\n'}${'  '.repeat(line.depth)}${line.text.split(/("(?:[^"]|"")*"|\w+)/).map((part) => (isKeyword(part) ? html`<b>${part}</b>` : part))}`)}</pre>`;
}
