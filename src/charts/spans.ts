import type { Chart } from '../core/report.ts';
import { escaped, look, place } from './look.ts';

/** The narrowest that can be seen. */
const LEAST_UNITS = 4;

/** The times that are shaded, behind the lines. */
export function spanAreas({ spans = [] }: Chart, x: (atMs: number) => number, top: number): string[] {
  return spans.map(({ from, to }) => {
    const [left, right] = [x(Date.parse(from)), x(Date.parse(to))];
    const width = Math.max(LEAST_UNITS, right - left);
    const { bottom } = look.plot;
    return `<rect x="${place(left)}" y="${place(top)}" width="${place(width)}" height="${place(bottom - top)}" fill="${look.critical}" fill-opacity="0.28"/>`;
  });
}

/** Their names above the plot, kept between its sides. */
export function spanNames({ spans = [] }: Chart, x: (atMs: number) => number, top: number): string[] {
  const { left, right } = look.plot;
  return spans.map(({ from, to, label }) => {
    const half = (label.length * 16 * 0.56) / 2;
    const middle = (x(Date.parse(from)) + x(Date.parse(to))) / 2;
    const at = Math.min(right - half, Math.max(left + half, middle));
    return `<text x="${place(at)}" y="${place(top - 10)}" font-size="16" font-weight="600" fill="${look.critical}" text-anchor="middle">${escaped(label)}</text>`;
  });
}
