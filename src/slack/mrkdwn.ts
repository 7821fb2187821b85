const WORD_JOINER = '\u2060';

/**
 * External text for a mrkdwn field: `& < >` escaped (https://docs.slack.dev/messaging/formatting-message-text#escaping) and
 * @here, @channel, @everyone broken by an invisible character, so that nothing in it can ping or become a link.
 */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(here|channel|everyone)/gi, `@${WORD_JOINER}$1`);
}

/** External text for plain and preformatted fields, where Slack escapes by itself: only mentions are broken. */
export function defuse(text: string): string {
  return text.replace(/<([!@#])/g, `<${WORD_JOINER}$1`).replace(/@(here|channel|everyone)/gi, `@${WORD_JOINER}$1`);
}

/** External text on one line, cut to `characters` before it is escaped, and never more than twice that after. */
export function inline(text: string, characters: number): string {
  return clip(escape(clip(oneLine(text), characters)), 2 * characters);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The text, or its beginning with an ellipsis, never longer than `characters`. */
export function clip(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, safeCut(text, characters - 1))}…`;
}

/** The whole text in pieces of at most `characters`, cut at a line's end or a space where there is one. */
export function split(text: string, characters: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > characters) {
    const newline = rest.lastIndexOf('\n', characters - 1);
    const space = rest.lastIndexOf(' ', characters - 1);
    const wanted = newline > characters / 2 ? newline + 1 : space > characters / 2 ? space + 1 : characters;
    const cut = safeCut(rest, wanted);
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** A place at or before `at` that splits no surrogate pair, no `&amp;` and no `<!date^…>`. */
function safeCut(text: string, at: number): number {
  const head = text.slice(0, at);
  const open = head.lastIndexOf('<');
  if (open > head.lastIndexOf('>') && open > at - 200 && open > 0) return open;
  const entity = /&[a-z]{0,3}$/.exec(head);
  if (entity && entity.index > 0) return entity.index;
  const last = head.charCodeAt(head.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? at - 1 : at;
}

/** A moment in the reader's own zone with UTC beside it, from an ISO time; text that is no time is shown as it is. */
export function when(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return escape(iso);
  const utc = new Date(ms).toISOString();
  const day = utc.slice(0, 10);
  const clock = `${utc.slice(11, 16)} UTC`;
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${day} ${clock}> (${clock})`;
}

/** The same by the clock alone where it was in the last twenty hours: for lines that are read on a phone. */
export function whenShort(iso: string, now: string): string {
  const hours = (Date.parse(now) - Date.parse(iso)) / 3_600_000;
  if (Number.isNaN(hours) || Math.abs(hours) > 20) return when(iso);
  const clock = `${new Date(iso).toISOString().slice(11, 16)} UTC`;
  return `<!date^${Math.floor(Date.parse(iso) / 1000)}^{time}|${clock}>`;
}

/** `45 s`, `14 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `1 finding`, `3 findings`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
