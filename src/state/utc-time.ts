/** `2026-11-24 03:14 UTC`, for sentences that a person reads. */
export function utcTime(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
