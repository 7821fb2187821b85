/** After these words a quoted text is the name of a thing in the database; any other one can be a value. */
const NAMES =
  /\b(?:relation|column|table|view|index|constraint|function|procedure|schema|database|role|user|sequence|extension|parameter|trigger|policy|publication|subscription|slot|tablespace|cursor|savepoint)$/;

/** What stands in quotes after these words holds none itself. */
const PLAIN = /^(?:host|type)$/;

/**
 * A message of the server without values: quoted texts but names, numbers, and the list that a row's values stand in. The server
 * does not double the quotes of a value, so one ends with the last quote of the line.
 */
export function maskMessage(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return withoutValues(line.replace(/ at character \d+$/, ''))
    .replaceAll(/'(?:[^']|'')*(?:'|$)/g, "'?'")
    .replaceAll(/(?<![\w"])[-+]?\d[\w.:/-]*/g, '?')
    .slice(0, 300);
}

function withoutValues(line: string): string {
  const quoted = /"(?:[^"]|"")*(?:"|$)/y;
  let kept = '';
  let from = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', from)) {
    quoted.lastIndex = at;
    const [text = ''] = quoted.exec(line) ?? [];
    const word = wordBefore(line, at);
    kept += line.slice(from, at) + (NAMES.test(word) ? text : '"?"');
    from = at + text.length;
    if (!NAMES.test(word) && !PLAIN.test(word)) return kept + line.slice(Math.max(from, line.lastIndexOf('"') + 1));
  }
  return kept + line.slice(from);
}

/** No name of a thing is longer, and a long line of letters must not be read again and again. */
const LONGEST_WORD = 40;

function wordBefore(line: string, at: number): string {
  return /(\w*)\s*$/.exec(line.slice(Math.max(0, at - LONGEST_WORD), at))?.[1] ?? '';
}
