/** As SQL wants a name. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date ' +
    'current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for ' +
    'foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on ' +
    'only or order placing primary references returning select session_user some symmetric table then to trailing true union unique ' +
    'user using variadic when where window with'
  ).split(' '),
);
