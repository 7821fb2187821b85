import { EMOJI } from './emoji.ts';

/** What a run of mrkdwn text means (https://docs.slack.dev/messaging/formatting-message-text). Texts are unescaped. */
export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: readonly Inline[] }
  | { kind: 'link'; url: string; text: string }
  | { kind: 'user' | 'channel'; id: string; text: string }
  | { kind: 'broadcast'; text: string }
  | { kind: 'date'; unixSeconds: number; format: string; text: string };
export type Paragraph =
  | { kind: 'lines' | 'quote'; lines: readonly (readonly Inline[])[] }
  | { kind: 'pre'; text: string };

const FENCE = /```\n?([\s\S]*?)\n?```/;
const TOKEN =
  /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\w*])\*(\S|\S[^*\n]*?\S)\*(?![\w*])|(?<!\w)_(\S|\S[^_\n]*?\S)_(?!\w)|(?<![\w~])~(\S|\S[^~\n]*?\S)~(?![\w~])/;

/** Reads mrkdwn: fenced code, quotes, and lines. */
export function parseMrkdwn(text: string): Paragraph[] {
  const fence = FENCE.exec(text);
  if (!fence) return parseLines(text);
  const before = text.slice(0, fence.index).replace(/\n$/, '');
  const after = text.slice(fence.index + fence[0].length).replace(/^\n/, '');
  return [...parseLines(before), { kind: 'pre', text: unescape(fence[1] ?? '') }, ...parseMrkdwn(after)];
}

/** Reads one line of mrkdwn. */
export function parseInline(text: string): Inline[] {
  const found = TOKEN.exec(text);
  if (!found) return text === '' ? [] : [plain(text)];
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  return joined([...(before === '' ? [] : [plain(before)]), inlineOf(found), ...parseInline(after)]);
}

function parseLines(text: string): Paragraph[] {
  if (text === '') return [];
  const paragraphs: { kind: 'lines' | 'quote'; lines: Inline[][] }[] = [];
  for (const line of text.split('\n')) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const kind = quote ? 'quote' : 'lines';
    const content = parseInline(quote?.[1] ?? line);
    const last = paragraphs.at(-1);
    if (last?.kind === kind) last.lines.push(content);
    else paragraphs.push({ kind, lines: [content] });
  }
  return paragraphs;
}

function inlineOf([whole, code, angle, emoji, bold, italic, strike]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: unescape(code) };
  if (angle !== undefined) return angleOf(angle, whole);
  if (emoji !== undefined) return { kind: 'text', text: EMOJI[emoji] ?? whole };
  if (bold !== undefined) return { kind: 'bold', children: parseInline(bold) };
  if (italic !== undefined) return { kind: 'italic', children: parseInline(italic) };
  return { kind: 'strike', children: parseInline(strike ?? '') };
}

/** `<@U1>`, `<#C1|name>`, `<!here>`, `<!date^…>`, `<https://…|text>`; anything else stays as it is. */
function angleOf(inside: string, whole: string): Inline {
  const [target = '', ...labels] = inside.split('|');
  const label = unescape(labels.join('|'));
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), text: label };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), text: label };
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date) return { kind: 'date', unixSeconds: Number(date[1]), format: date[2] ?? '', text: label };
  if (target.startsWith('!')) return { kind: 'broadcast', text: label || `@${target.slice(1).replace(/\^.*$/, '')}` };
  const url = unescape(target);
  return /^(https?:|mailto:)/.test(url)
    ? { kind: 'link', url, text: label || url }
    : { kind: 'text', text: unescape(whole) };
}

function plain(text: string): Inline {
  return { kind: 'text', text: unescape(text) };
}

function joined(all: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const one of all) {
    const last = result.at(-1);
    if (one.kind === 'text' && last?.kind === 'text')
      result[result.length - 1] = { kind: 'text', text: last.text + one.text };
    else result.push(one);
  }
  return result;
}

/** Slack escapes exactly these three; `&amp;` last, so that `&amp;lt;` stays a text. */
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
