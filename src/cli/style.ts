import { styleText } from 'node:util';
import type { Status } from '../core/report.ts';

/** How words stand out; without colour every function returns its text as it is. */
export type Style = {
  status(status: Status, text: string): string;
  bold(text: string): string;
  dim(text: string): string;
};

const colours = { unknown: 'gray', critical: 'red', warning: 'yellow', info: 'cyan', healthy: 'green' } as const;

export function style(colour: boolean): Style {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    status: (status, text) => paint(['bold', colours[status]], text),
    bold: (text) => paint('bold', text),
    dim: (text) => paint('dim', text),
  };
}

/** Text without control characters: an application's name must not steer the reader's terminal. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]+/g, ' ').trim();
}

export type Indents = { first?: string; rest?: string };

/** Lines of at most `width` columns, broken at spaces; a word that fits in no line is broken itself. */
export function wrapped(text: string, width: number, { first = '', rest = '' }: Indents = {}): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width - Math.max(first.length, rest.length)))) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line = empty ? `${line}${word}` : `${line} ${word}`;
    empty = false;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  const count = Math.ceil(word.length / width);
  return Array.from({ length: count }, (_, index) => word.slice(index * width, (index + 1) * width));
}
