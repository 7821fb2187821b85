/**
 * One picture for both looks of Slack: a dark card that stands on white as on dark. Text is large, because a phone shows the
 * 640 units in some 360 points.
 */
export const look = {
  width: 640,
  height: 384,
  plot: { left: 104, right: 612, top: 116, bottom: 316, lineHeight: 28 },
  card: '#1c2130',
  border: '#434b60',
  grid: '#333b50',
  text: '#f2f4f8',
  quiet: '#b4bccb',
  lines: ['#4cc2ff', '#c3a5ff', '#5fe3a1', '#ff9ec7'],
  warning: '#ffb020',
  critical: '#ff7070',
} as const;

/** Characters of a size that fit into so many units; Inter is about six tenths as wide as high. */
export function clipped(text: string, units: number, size: number): string {
  const most = Math.max(1, Math.floor(units / (size * 0.56)));
  const all = Array.from(text);
  return all.length <= most ? text : `${all.slice(0, most - 1).join('')}…`;
}

/** Text as it may stand in SVG. */
export function escaped(text: string): string {
  // The font has no pictures, and XML no control characters.
  const plain = text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/\p{Extended_Pictographic}\uFE0F?/gu, '·');
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A place in the picture, with as many digits as can be seen: the same numbers give the same bytes. */
export function place(units: number): string {
  return String(Number(units.toFixed(1)));
}
