/** https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model */
const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/** Pure: the slot of a hash tag, by CRC16 (XMODEM). */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

/** Pure: the first number that leads into one of the ranges, which include both ends; undefined where they are empty. */
export function tagIn(ranges: readonly (readonly [number, number])[]): string | undefined {
  if (ranges.length === 0) return undefined;
  // Every slot is met by then, as a rule at once.
  for (let n = 0; n < 20 * SLOTS; n += 1) {
    const slot = slotOf(String(n));
    if (ranges.some(([from, to]) => slot >= from && slot <= to)) return String(n);
  }
  return undefined;
}
