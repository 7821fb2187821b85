/** After these words a quoted text is the name of a thing in the database; any other one can be a value. */
const NAMES =
  /\b(?:relation|column|table|view|index|constraint|function|procedure|schema|database|role|user|sequence|extension|parameter|trigger|policy|publication|subscription|slot|tablespace|cursor|savepoint)$/;

/** A message of the server without values: quoted texts but names, numbers, and the list that a row's values stand in. */
export function maskMessage(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line
    .replace(/ at character \d+$/, '')
    .replaceAll(/(\w*)(\s*)"(?:[^"]|"")*(?:"|$)/g, (found, word: string, blank: string) =>
      NAMES.test(word) ? found : `${word}${blank}"?"`,
    )
    .replaceAll(/'(?:[^']|'')*(?:'|$)/g, "'?'")
    .replaceAll(/(?<![\w"])[-+]?\d[\w.:/-]*/g, '?')
    .slice(0, 300);
}
