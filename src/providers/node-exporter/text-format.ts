/** One value of a metric with its labels. */
export type Series = { name: string; labels: Readonly<Record<string, string>>; value: number };

/** `name{labels} value timestamp`: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
const LINE = /^([A-Za-z_:][\w:]*)(?:\s*\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;

/** Pure: the series of the wanted names in an exposition in text; comments and what is no number are passed over. */
export function parseText(text: string, isWanted: (name: string) => boolean): Series[] {
  return text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('#') || !isWanted(/^[\w:]*/.exec(line)?.[0] ?? '')) return [];
    const [, name = '', labels = '', number = ''] = LINE.exec(line) ?? [];
    const value = numberOf(number);
    return Number.isFinite(value) ? [{ name, labels: labelsOf(labels), value }] : [];
  });
}

/** Pure: `1.5e+09`, `+Inf`, `NaN`; whatever is no number is NaN. */
export function numberOf(text: string): number {
  const [, sign, infinite] = /^([+-]?)(inf)$/i.exec(text) ?? [];
  if (infinite !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
