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

/** "45 s", "14 min", "2 h 5 min", "3 d 4 h": at most two units, rounded down. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (whole < 60) return `${whole} s`;
  if (minutes < 60) return `${minutes} min`;
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}
