import pg from 'pg';

/** Type numbers of pg_type.dat that come back as something else than the driver's own choice. */
const BIGINT = 20;
const NUMERIC = 1700;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;

/** bigint and numeric as numbers where a number holds them exactly enough, times as ISO text: all of it survives JSON. */
export const postgresTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
    switch (oid) {
      case BIGINT:
        return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
      case NUMERIC:
        return Number;
      case TIMESTAMP:
      case TIMESTAMPTZ:
        return isoText;
      default:
        return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
    }
  },
};

/** `infinity` and the like stay as they are. */
function isoText(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
