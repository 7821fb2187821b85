import type { Json } from './json.ts';
import { maskSql } from './mask-sql.ts';

export const MASKED = '***';

/** Exact values shorter than this would blot out ordinary words. */
const SECRET_LENGTH_LEAST = 4;

/** What a secret looks like wherever it comes from, and what stays of it. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host; a database password may hold `/` and `@` in clear.
  [/\b((?:postgres(?:ql)?|rediss?):\/\/[^\s:@/]*):\S+@/gi, `$1:${MASKED}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s/]+@/gi, `$1:${MASKED}@`],
  [
    /\b((?:[\w-]*(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token))["']?\s*[=:]\s*)(["']?)(?:(?<=")[^"]*|(?<=')[^']*|[^\s"',;&)}\]]+)\2/gi,
    `$1$2${MASKED}$2`,
  ],
  // https://docs.slack.dev/authentication/tokens
  [/\bxox[a-z](?:\.xox[a-z])?-[\w-]+/gi, MASKED],
  [/\bxapp-[\w-]+/gi, MASKED],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, MASKED],
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]+/gi, `$1${MASKED}`],
  // A JSON Web Token: three parts, the first two begin with {" in base64url.
  [/\beyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g, MASKED],
  [/\b(Bearer|Basic)\s+[\w+/.=~-]{8,}/g, `$1 ${MASKED}`],
];

/** What the servers repeat of the data in their error texts. */
const ERROR_TEXTS: readonly (readonly [RegExp, string])[] = [
  // DETAIL of a constraint: Key (email)=(ana@example.com) already exists.
  [/(\bKey \([^)]*\)=\().*?(\)(?= (?:already|is|conflicts|with)\b|[.\s]*$))/gim, '$1?$2'],
  [/(\bFailing row contains \().*(\))/gi, '$1?$2'],
  [
    /(\b(?:invalid input syntax for [^:]*|invalid input value for [^:]*|out of range|malformed [\w ]+ literal|invalid byte sequence[^:]*|value too long[^:]*): )"(?:[^"]|"(?=\S))*"/gi,
    '$1"?"',
  ],
  [/(\bat or near )"[^\n]*?"(?=\s|[.,;:]|$)/gi, '$1"?"'],
  [/(\bvalue )"[^\n]*?"(?= is| out)/gi, '$1"?"'],
  [/(\$\d+ = )'(?:[^']|'')*'?/g, "$1'?'"],
  // Redis: ERR unknown command 'x', with args beginning with: 'secret' 'id'
  [/(\bwith args beginning with: ).*/gi, '$1?'],
];

/** Names of fields whose value is a secret whatever it looks like. */
const SECRET_FIELD =
  /^(?:.*[_-])?(?:password|passwd|pwd|secret|authorization|api_?key|access_?token|secret_?access_?key)$/i;

/** Text stays text. */
export type Mask = { (value: string): string; (value: Json): Json };

/**
 * Makes the one function that every step result, log line and error text passes before it leaves a room. It hides the given
 * secrets (also URL-encoded and in base64), whatever looks like a credential, the data in PostgreSQL and Redis error texts,
 * and the literals of anything that looks like SQL. Plain sentences stay as they are.
 */
export function createMask(secrets: readonly string[]): Mask {
  const exact = exactPattern(secrets);
  const mask = (value: Json): Json => {
    if (typeof value === 'string') return maskText(exact ? value.replace(exact, MASKED) : value);
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map(mask);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        exact ? name.replace(exact, MASKED) : name,
        typeof inner === 'string' && inner !== '' && SECRET_FIELD.test(name) ? MASKED : mask(inner),
      ]),
    );
  };
  return mask as Mask;
}

/** One text with whatever looks like a credential, repeated data or a SQL literal hidden. */
export function maskText(text: string): string {
  let masked = text;
  for (const [shape, kept] of [...SHAPES, ...ERROR_TEXTS]) masked = masked.replace(shape, kept);
  return maskSql(masked);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function exactPattern(secrets: readonly string[]): RegExp | undefined {
  const forms = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_LEAST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
    ]);
  const unique = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  if (unique.length === 0) return undefined;
  return new RegExp(unique.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g');
}

/** `session:8f3a…` → `session:*`: the first part of a Redis key stays when it is a plain word, everything after it is an id. */
export function maskKey(key: string): string {
  const [first = '', ...rest] = key.split(/[:/|]/);
  const kept = /^[A-Za-z][A-Za-z_-]{0,31}$/.test(first) ? first : '*';
  return [kept, ...rest.map(() => '*')].join(':');
}
