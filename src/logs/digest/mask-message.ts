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
  const quoted = /(\w*)(\s*)"(?:[^"]|"")*(?:"|$)/g;
  let kept = '';
  let from = 0;
  for (let found = quoted.exec(line); found; found = quoted.exec(line)) {
    const [text, word = '', blank = ''] = found;
    kept += line.slice(from, found.index) + (NAMES.test(word) ? text : `${word}${blank}"?"`);
    from = quoted.lastIndex;
    if (!NAMES.test(word) && !PLAIN.test(word)) return kept + line.slice(Math.max(from, line.lastIndexOf('"') + 1));
  }
  return kept + line.slice(from);
}
