/** Two hashes of 32 bits in one pass, of which 53 bits stay: an integer that a number holds. */
export function hashOf(bytes: Uint8Array, length: number): number {
  let high = 0x811c9dc5 | 0;
  let low = 0x01234567;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    high = Math.imul(high ^ byte, 0x01000193);
    low = (Math.imul(low ^ byte, 0x85ebca6b) + 0x9e37) | 0;
  }
  return (high >>> 0) * 2_097_152 + (low >>> 11);
}
