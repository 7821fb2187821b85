/** A position in WAL as a number, of the text that PostgreSQL writes: `0/3000028`. Throws a RangeError for anything else. */
export function lsnOf(text: string): bigint {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError(`"${text}" is no LSN: one looks like 0/3000028`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** As PostgreSQL writes it. */
export function lsnText(lsn: bigint): string {
  return `${hex(lsn >> 32n)}/${hex(lsn & 0xffff_ffffn)}`;
}

function hex(value: bigint): string {
  return value.toString(16).toUpperCase();
}
