/** A word of a command; `quoted` words are never taken for a name. */
export type Word = { text: string; quoted: boolean };

const ZERO_WIDTH = /[\u200b-\u200d\u2060\ufeff]/gu;
const SPACES = /[\s\u00a0\u202f\u3000]+/u;
const DASHES = /[\u2010-\u2015\u2212]/gu;

/**
 * Splits what a person typed, as phones and Slack deliver it: curly quotes, long dashes, no-break spaces, entities, code
 * marks. An unclosed quote is a problem.
 */
export function splitWords(typed: string): { words: Word[] } | { problem: string } {
  const text = plainQuotes(unescaped(typed.replace(ZERO_WIDTH, '')));
  const words: Word[] = [];
  let rest = text.replace(/^\s+/u, '');
  while (rest !== '') {
    const taken = takeWord(rest);
    if (taken === undefined) return { problem: 'A quote is opened and never closed.' };
    words.push(taken.word);
    rest = rest.slice(taken.length).replace(/^[\s\u00a0]+/u, '');
  }
  return { words: words.filter((word) => word.quoted || word.text !== '') };
}

function takeWord(rest: string): { word: Word; length: number } | undefined {
  // `name="two words"` keeps its name outside the quotes.
  const opened = /^((?:--?)?[\w-]+[=:])?(["'])/u.exec(rest);
  if (!opened) {
    const raw = rest.split(SPACES, 1)[0] ?? '';
    return { word: { text: plainDashes(bare(raw)), quoted: false }, length: raw.length };
  }
  const [start, name = '', quote = '"'] = opened;
  const end = rest.indexOf(quote, start.length);
  if (end === -1) return undefined;
  const inside = rest.slice(start.length, end);
  return { word: { text: `${name}${inside}`, quoted: name === '' }, length: end + 1 };
}

/** Slack escapes three characters of what is typed: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function plainQuotes(text: string): string {
  return text.replace(/[\u201c-\u201f\u00ab\u00bb]/gu, '"').replace(/[\u2018-\u201b]/gu, "'");
}

/** A phone makes one long dash of two hyphens; at the start of a word that is an option's. */
function plainDashes(word: string): string {
  return word.replace(/^[\u2013\u2014\u2015]/u, '--').replace(DASHES, '-');
}

/** Without the marks of code and bold that a pasted name brings along. */
function bare(word: string): string {
  const inner = /^([`*_])(.+)\1$/u.exec(word);
  return inner?.[2] ?? word;
}
