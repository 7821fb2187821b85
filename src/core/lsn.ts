/** "16/B374D848" as bytes: two numbers in hex, 32 bits each. https://www.postgresql.org/docs/current/datatype-pg-lsn.html */
export function lsnBytes(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** The bytes between two LSNs, negative where `to` is behind. */
export function bytesBetween(from: string, to: string): number {
  return Number(lsnBytes(to) - lsnBytes(from));
}
