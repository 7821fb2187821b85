import { createHash } from 'node:crypto';
import { bytesText } from '../../../core/amount.ts';
import type { FileRead, LogsDocument } from '../../../logs/report/document.ts';
import { countText, wholeText } from '../amounts.ts';
import { sectionsOf } from '../sections.ts';
import { formatText, periodText, readText } from '../text/head.ts';
import { html, nothing, trusted, type Markup } from './markup.ts';
import { cards, timelineSection } from './overview.ts';
import { SCRIPT } from './script.ts';
import { sessionSection } from './sessions.ts';
import { statementSection } from './statements.ts';
import { STYLE } from './style.ts';
import { errorSection, serverSections } from './tables.ts';

/** The report as one page that needs nothing beside itself: it allows its own style and script, by their hashes, and no address. */
export function renderLogsHtml(document: LogsDocument): string {
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="nightshift logs" />
        <title>PostgreSQL logs ${periodText(document)}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>PostgreSQL logs</h1>
          <p class="period">${periodText(document)}</p>
          <p class="quiet">${readText(document)}. ${formatText(document)}.</p>
        </header>
        ${navigation(document)}
        <main>
          ${unreadSection(document)}${cards(document)}${timelineSection(document)}${statementSection(document)}${sessionSection(document)}${errorSection(document)}${serverSections(document)}${filesSection(document)}
        </main>
        <footer><p>Made by nightshift. Literals, parameters and details of the log are not in this page.</p></footer>
        ${trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`.markup
  }\n`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function navigation(document: LogsDocument): Markup {
  const links: [string, string][] = [
    ...(document.timeline.length > 1 ? [['timeline', 'Timeline'] as [string, string]] : []),
    ['statements', 'Statements'],
    ...(document.sessions.some(({ user }) => user !== '') ? [['sessions', 'Who'] as [string, string]] : []),
    ['errors', 'Errors'],
    ...sectionsOf(document).flatMap(({ id, title, rows }): [string, string][] =>
      rows.length > 0 ? [[id, title]] : [],
    ),
    ['files', 'Files'],
  ];
  return html`<nav aria-label="Sections">
    <ul>
      ${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

/** What is not in the report stands before it. */
function unreadSection({ read }: LogsDocument): Markup {
  const problems = read.files.filter(({ problem }) => problem !== null);
  if (problems.length === 0) return nothing;
  return html`<section class="warn" id="unread">
    <h2>What could not be read</h2>
    <ul class="plain">
      ${problems.map(({ name, problem }) => html`<li><code>${name}</code>: ${problem ?? ''}</li>`)}
    </ul>
  </section>`;
}

function filesSection({ read, notes }: LogsDocument): Markup {
  return html`<section id="files">
    <h2>Files</h2>
    <div class="scroll">
      <table class="stack" role="table">
        <caption class="away">
          Files that were read
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">File</th>
            <th scope="col" role="columnheader">Format</th>
            ${['Size', 'Entries', 'Lines', 'Not read'].map((name) => html`<th scope="col" role="columnheader" class="n">${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${read.files.map(fileRow)}
        </tbody>
      </table>
    </div>
    ${
      notes.length + read.leftOut.length === 0
        ? nothing
        : html`<ul class="plain">
            ${notes.map((note) => html`<li>${note}</li>`)}${read.leftOut.map(({ name, why }) => html`<li><code>${name}</code> was left out: ${why}</li>`)}
          </ul>`
    }
  </section>`;
}

function fileRow({ name, format, prefix, formatFrom, bytes, entries, lines, unreadLines }: FileRead): Markup {
  const cell = (label: string, text: string): Markup =>
    html`<td class="n" role="cell" data-label="${label}">${text}</td>`;
  const how = prefix === null ? nothing : html` <code>${prefix}</code>${formatFrom === 'given' ? ', as given' : ''}`;
  return html`<tr role="row">
    <td class="message" role="cell"><code>${name}</code></td>
    <td role="cell">${format ?? 'not read'}${how}</td>
    ${cell('size', bytesText(bytes))}${cell('entries', countText(entries))}${cell('lines', countText(lines))}${cell('not read', `${wholeText(unreadLines)} lines`)}
  </tr>`;
}
