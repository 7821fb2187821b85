/** `0.4 ms`, `12 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: a duration short enough for a table. */
export function durationText(ms: number): string {
  if (ms < 0.1) return `${Number((ms * 1_000).toFixed(ms < 0.01 ? 1 : 0))} µs`;
  if (ms < 10) return `${Number(ms.toFixed(ms < 1 ? 2 : 1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 59.95) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  return longText(Math.round(seconds));
}

function longText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? pair(hours, 'h', minutes % 60, 'min') : pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(much: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${much} ${unit}` : `${much} ${unit} ${rest} ${restUnit}`;
}

/** `1,234`; from ten thousand on `12.3 k`, `4.5 M`, `1.2 bn`. */
export function countText(count: number): string {
  if (count < 10_000) return wholeText(count);
  const [by, mark] = count >= 1e9 ? [1e9, ' bn'] : count >= 999_950 ? [1e6, ' M'] : [1e3, ' k'];
  const short = count / by;
  return `${Number(short.toFixed(short >= 100 ? 0 : 1))}${mark}`;
}

/** `1,234,567` */
export function wholeText(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `41.2 %`, `100 %`, `< 0.1 %` */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  return `${percent >= 99.95 ? 100 : percent.toFixed(1)} %`;
}

/** `1 file`, `3 files` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
