const LEVELS = '▁▂▃▄▅▆▇█';
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A column of a block for each value, the highest one full; nothing at all is a dot. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => {
      if (value <= 0 || most === 0) return '·';
      return LEVELS[Math.min(LEVELS.length - 1, Math.floor((value / most) * (LEVELS.length - 0.001)))] ?? '';
    })
    .join('');
}

/** A bar of `columns` at a share of 1, to an eighth of a column; the smallest share is a sliver. */
export function shareBar(share: number, columns: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, share) * columns * 8));
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ''}`;
}
