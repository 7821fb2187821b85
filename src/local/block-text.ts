import { stripVTControlCharacters } from 'node:util';

/** A Slack message as plain lines: what a person would read aloud. Buttons are named in brackets. */
export function blockText(blocks: readonly unknown[]): string {
  return stripVTControlCharacters(
    blocks
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n'),
  );
}

const emoji: Readonly<Record<string, string>> = {
  large_green_circle: '[healthy]',
  red_circle: '[critical]',
  large_orange_circle: '[warning]',
  large_yellow_circle: '[warning]',
  white_circle: '[unknown]',
  rotating_light: '[alarm]',
  mag: '[changed]',
  white_check_mark: '[ok]',
};

function textOf(block: unknown): string {
  if (typeof block !== 'object' || block === null) return '';
  const node = block as { readonly [key: string]: unknown };
  if (node['type'] === 'button') return `[${textOf(node['text'])}]`;
  if (node['type'] === 'table' || node['type'] === 'data_table') return tableText(node['rows']);
  const own = typeof node['text'] === 'string' ? plainMarkup(node['text']) : textOf(node['text']);
  const parts = [own, plainField(node['title']), ...['fields', 'elements', 'tasks'].map((key) => joined(node[key]))];
  return parts.filter((part) => part !== '').join(' ');
}

function joined(value: unknown): string {
  return Array.isArray(value)
    ? value
        .map(textOf)
        .filter((text) => text !== '')
        .join(' ')
    : '';
}

function plainField(value: unknown): string {
  return typeof value === 'string' ? value : textOf(value);
}

function tableText(rows: unknown): string {
  if (!Array.isArray(rows)) return '';
  return rows.map((row) => (Array.isArray(row) ? row.map(textOf).join(' | ') : '')).join('\n');
}

/** mrkdwn without its marks: dates as their fallback, entities as characters, known emoji as words. */
function plainMarkup(text: string): string {
  return text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<@([A-Z0-9]+)>/g, '@$1')
    .replace(/:([a-z_]+):/g, (mark, name: string) => emoji[name] ?? mark)
    .replace(/[*`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
