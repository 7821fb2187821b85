import type { LogsDocument } from '../../../logs/report/document.ts';
import { bucketsOf, type Buckets } from '../../../logs/report/timeline-buckets.ts';
import { bytesText } from '../../../core/amount.ts';
import { countText, durationText } from '../amounts.ts';
import { sumOf } from '../sections.ts';
import { timeChart } from './chart.ts';
import { html, nothing, type Markup } from './markup.ts';

const MOST_COLUMNS = 240;

/** The whole in a few numbers. */
export function cards(document: LogsDocument): Markup {
  const calls = document.statements.reduce((sum, one) => sum + one.calls, document.othersCalls);
  const totalMs = document.statements.reduce((sum, one) => sum + one.totalMs, 0);
  const errors = sumOf(document.errors).count;
  const waits = sumOf(document.lockWaits);
  const files = sumOf(document.tempFiles);
  const shown: [string, string, string, 'bad' | ''][] = [
    ['Statements', countText(calls), `${countText(document.statements.length)} shapes`, ''],
    ['Time in statements', durationText(totalMs), calls > 0 ? `${durationText(totalMs / calls)} each` : '', ''],
    ['Errors', countText(errors), `${countText(document.errors.length)} kinds`, errors > 0 ? 'bad' : ''],
    ['Lock waits', countText(waits.count), `${durationText(waits.total)} waited`, ''],
    ['Deadlocks', countText(document.deadlocks), '', document.deadlocks > 0 ? 'bad' : ''],
    ['Temporary files', countText(files.count), bytesText(files.total), ''],
    ['Checkpoints', countText(sumOf(document.checkpoints).count), durationText(sumOf(document.checkpoints).total), ''],
    [
      'Sessions',
      countText(
        document.connections.find(({ name }) => name === 'received')?.count ?? sumOf(document.connections).count,
      ),
      'opened',
      '',
    ],
  ];
  return html`<dl class="cards">
    ${shown.map(
      ([name, value, more, kind]) =>
        html`<div class="${kind}">
          <dt>${name}</dt>
          <dd>${value}${more === '' ? nothing : html` <small>${more}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What happened when: four charts over the same time, and the numbers as a table. */
export function timelineSection(document: LogsDocument): Markup {
  const found = bucketsOf(document.timeline, MOST_COLUMNS);
  if (found.buckets.length < 2) return nothing;
  const per = stepText(found.minutes);
  const stepMs = found.minutes * 60_000;
  const chart = (
    title: string,
    colour: 'calm' | 'busy' | 'bad' | 'other',
    values: number[],
    text: (value: number) => string,
  ): Markup =>
    values.some((value) => value > 0)
      ? timeChart({ title, colour, values, text, stepMs, fromMs: found.buckets[0]?.fromMs ?? 0 })
      : nothing;
  const of = (key: 'statements' | 'errors' | 'connections' | 'totalMs') => found.buckets.map((bucket) => bucket[key]);
  return html`<section id="timeline">
    <h2>
      Timeline
      <small
        >each column is ${per}, times in ${document.unknownZones.length === 0 ? 'UTC' : 'the clock of the log'}</small
      >
    </h2>
    ${chart('Statements', 'calm', of('statements'), countText)}
    ${chart(
      'Statements running at once, on average',
      'busy',
      of('totalMs').map((ms) => ms / stepMs),
      (value) => String(Number(value.toPrecision(2))),
    )}
    ${chart('Errors', 'bad', of('errors'), countText)} ${chart('Connections', 'other', of('connections'), countText)}
    <details>
      <summary>As a table</summary>
      ${numbers(found)}
    </details>
  </section>`;
}

function stepText(minutes: number): string {
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return minutes < 1_440 ? `${minutes / 60} h` : `${Math.round(minutes / 1_440)} d`;
}

function numbers({ buckets }: Buckets): Markup {
  const when = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return html`<div class="scroll">
    <table>
      <caption class="away">
        Timeline
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          ${['Statements', 'Time', 'Errors', 'Connections'].map((name) => html`<th scope="col" class="n">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${buckets.map(
          (one) =>
            html`<tr>
              <th scope="row">${when(one.fromMs)}</th>
              <td class="n">${countText(one.statements)}</td>
              <td class="n">${durationText(one.totalMs)}</td>
              <td class="n">${countText(one.errors)}</td>
              <td class="n">${countText(one.connections)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
