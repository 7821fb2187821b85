const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** "8 kB", "3.1 GB"; 1 kB is 1024 bytes, as pg_size_pretty and redis.conf count. */
export function bytesText(bytes: number): string {
  const size = Math.abs(bytes);
  const power = size < 1024 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${BYTE_UNITS[power] ?? 'bytes'}`;
}

/** "63.2 %", "3.1 GB", "94 s", "1.2 M ids": a number of any unit, short enough for a chart. */
export function amountText(value: number, unit: string): string {
  if (unit === 'bytes') return bytesText(value);
  const size = Math.abs(value);
  const [by, mark] = size >= 1e9 ? [1e9, ' bn'] : size >= 1e6 ? [1e6, ' M'] : size >= 1e4 ? [1e3, ' k'] : [1, ''];
  const short = value / by;
  const digits = Math.abs(short) >= 100 ? 0 : Math.abs(short) >= 1 ? 1 : 2;
  return `${Number(short.toFixed(digits))}${mark} ${unit}`;
}
