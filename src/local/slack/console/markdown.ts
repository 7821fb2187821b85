import { parseInline } from './mrkdwn.ts';
import type { Inline } from './mrkdwn.ts';

export type MarkdownPart =
  | { kind: 'heading' | 'code' | 'paragraph'; text: string }
  | { kind: 'rule' }
  | { kind: 'quote'; parts: readonly MarkdownPart[] }
  | { kind: 'list'; ordered: boolean; items: readonly MarkdownItem[] }
  | { kind: 'table'; head: readonly string[]; aligns: readonly Align[]; rows: readonly (readonly string[])[] };
/** `checked` only for tasks: `- [x] done`. */
export type MarkdownItem = { text: string; checked?: boolean };
export type Align = 'left' | 'center' | 'right';

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const QUOTE = /^>\s?/;

/** Reads the parts of a Markdown text: headings, fenced code, lists, tables, rules and paragraphs. */
export function parseMarkdown(text: string): MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  const lines = text.split('\n');
  while (lines.length > 0) {
    const part = takePart(lines);
    if (part) parts.push(part);
  }
  return parts;
}

/** Reads one line of Markdown: `**bold**`, `*italic*`, `[text](address)`, by way of mrkdwn's own signs. */
export function parseMarkdownInline(text: string): Inline[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const pieces = escaped.split(/(`[^`]+`)/);
  return parseInline(pieces.map((piece) => (piece.startsWith('`') ? piece : asMrkdwn(piece))).join(''));
}

function asMrkdwn(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\((https?:[^\s)]+)\)/g, '<$2|$1>')
    .replace(/(?<!\*)\*([^*\n]+)\*(?!\*)/g, '_$1_')
    .replace(/\*\*([^*\n]+)\*\*/g, '*$1*')
    .replace(/~~([^~\n]+)~~/g, '~$1~');
}

function takePart(lines: string[]): MarkdownPart | undefined {
  const line = lines.shift() ?? '';
  if (line.trim() === '') return undefined;
  if (line.startsWith('```')) return { kind: 'code', text: takeFence(lines) };
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return { kind: 'rule' };
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading) return { kind: 'heading', text: heading[1] ?? '' };
  if (QUOTE.test(line)) return takeQuote(line, lines);
  if (line.includes('|') && /^[\s|:-]+$/.test(lines[0] ?? '')) return takeTable(line, lines);
  if (ITEM.test(line)) return takeList(line, lines);
  return { kind: 'paragraph', text: [line, ...takeWhile(lines, isPlain)].join(' ') };
}

function takeFence(lines: string[]): string {
  const code = takeWhile(lines, (line) => !line.startsWith('```'));
  lines.shift();
  return code.join('\n');
}

function takeQuote(first: string, lines: string[]): MarkdownPart {
  const quoted = [first, ...takeWhile(lines, (line) => QUOTE.test(line))].map((line) => line.replace(QUOTE, ''));
  return { kind: 'quote', parts: parseMarkdown(quoted.join('\n')) };
}

function takeTable(head: string, lines: string[]): MarkdownPart {
  const aligns = cells(lines.shift() ?? '').map(alignOf);
  const rows = takeWhile(lines, (line) => line.includes('|')).map(cells);
  return { kind: 'table', head: cells(head), aligns, rows };
}

/** `:--`, `:-:`, `--:` */
function alignOf(rule: string): Align {
  if (!rule.endsWith(':')) return 'left';
  return rule.startsWith(':') ? 'center' : 'right';
}

function takeList(first: string, lines: string[]): MarkdownPart {
  const all = [first, ...takeWhile(lines, (line) => ITEM.test(line))].map((line) => ITEM.exec(line));
  return { kind: 'list', ordered: all[0]?.[1] !== undefined, items: all.map((item) => itemOf(item?.[2] ?? '')) };
}

function itemOf(text: string): MarkdownItem {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  return task ? { text: task[2] ?? '', checked: task[1] !== ' ' } : { text };
}

function isPlain(line: string): boolean {
  return line.trim() !== '' && !/^(#{1,6}\s|```|>|\s*[-*+]\s|\s*\d+[.)]\s)/.test(line);
}

function cells(line: string): string[] {
  return line
    .replace(/^\s*\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function takeWhile(lines: string[], wanted: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !wanted(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}
