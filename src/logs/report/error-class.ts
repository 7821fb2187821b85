/** Classes of SQLSTATE that logs are full of. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CLASSES: Readonly<Record<string, string>> = {
  '08': 'connection',
  '0A': 'not supported',
  '21': 'too many rows',
  '22': 'wrong data',
  '23': 'constraint',
  '25': 'transaction state',
  '26': 'statement name',
  '28': 'log-in',
  '34': 'cursor name',
  '3D': 'database name',
  '3F': 'schema name',
  '40': 'rolled back',
  '42': 'syntax, names and rights',
  '53': 'resources',
  '54': 'limits',
  '55': 'object state',
  '57': 'cancelled or shut down',
  '58': 'system',
  P0: 'raised by a function',
  XX: 'internal',
};

/** How the server words errors of a class, for logs whose prefix has no SQLSTATE. */
const WORDED: readonly [pattern: RegExp, sqlStateClass: string][] = [
  [/^(?:canceling|terminating|the database system is)/, '57'],
  [/violates (?:unique|foreign key|check|not-null|exclusion)|duplicate key/, '23'],
  [/^deadlock detected|^could not serialize/, '40'],
  [/^current transaction is aborted|read-only transaction|cannot run inside a transaction/, '25'],
  [
    /^(?:password|Ident|Peer|LDAP|SASL|md5|certificate) authentication|pg_hba|^role .* (?:does not exist|is not permitted)/,
    '28',
  ],
  [/^database .* does not exist/, '3D'],
  [/^(?:schema .* does not exist|no schema)/, '3F'],
  [
    /connection slots|too many (?:connections|clients)|out of (?:shared )?memory|No space left|could not (?:extend|resize)/,
    '53',
  ],
  [/^invalid (?:input|byte|value|regular|memory|JSON)|out of range|by zero|too long|not be cast/, '22'],
  [
    /^syntax error|does not exist|already exists|permission denied|must be owner|ambiguous|of type|not unique|column reference/,
    '42',
  ],
  [/^could not obtain lock|^lock not available|is being accessed/, '55'],
  [/^(?:unexpected EOF|could not (?:receive|send)|connection to client lost|SSL|unsupported frontend)/, '08'],
  [/^more than one row/, '21'],
  [/^could not (?:open|read|write|fsync|access)|invalid page/, '58'],
];

/** The class of an error of a digest, `42P01 relation …` or without its SQLSTATE; `other` when nothing tells it. */
export function errorClassOf(name: string): string {
  const state = /^([0-9A-Z]{2})[0-9A-Z]{3} /.exec(name)?.[1];
  if (state !== undefined) return CLASSES[state] ?? `class ${state}`;
  return CLASSES[WORDED.find(([pattern]) => pattern.test(name))?.[1] ?? ''] ?? 'other';
}
