/** A position in the WAL as a number, of how PostgreSQL writes it: `16/B374D848`. https://www.postgresql.org/docs/current/datatype-pg-lsn.html */
export function lsnOf(text: string): bigint {
  const [high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text)?.slice(1) ?? [];
  if (high === undefined || low === undefined) throw new TypeError(`${text} is no position in the WAL`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function lsnText(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;
}

/** The same as a plain number: exact up to 8 PB of WAL. */
export function lsnNumber(lsn: string): number {
  return Number(lsnOf(lsn));
}

/** The bytes between two LSNs, negative where `to` is behind. */
export function bytesBetween(from: string, to: string): number {
  return Number(lsnOf(to) - lsnOf(from));
}
