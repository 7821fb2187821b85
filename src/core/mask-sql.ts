import { normaliseSql } from './sql.ts';

/** Long enough for any statement that is worth reading; the rest of a longer one is cut. */
const MASKED_SQL_LIMIT = 20_000;

const STATEMENT =
  /(?<=^|[:;`"(\n]\s*|\b(?:as|statement|query)\s+)(?:select|insert\s+into|update|delete\s+from|merge\s+into|with|call|execute|values|alter|create|copy|explain|declare|prepare|grant|revoke|set|do|drop|truncate)\b[^`\n]*/gi;

/** What only SQL has: a quoted literal after an operator, a comparison with a number, a list in brackets, a parameter. */
const SQL_MARKS =
  /(?:[=<>(,~]|\b(?:like|ilike|in|values|password|from|to|then|else|when|interval|date|timestamp|limit|offset|and|between|select|as))\s*(?:[eEbBxXnN]|[uU]&)?'|[\w")]\s*(?:=|<>|!=|<=|>=|<|>)\s*-?[\w$'"(?]|\$\d+|\$\w*\$|\bvalues\s*\(|\b(?:limit|offset)\s+\d|\bin\s*\(/i;

/** Replaces the literals of every part of a text that reads like a SQL statement; everything else stays as it is. */
export function maskSql(text: string): string {
  return text.replace(STATEMENT, (statement) => (isSql(statement) ? normaliseKeepingEnds(statement) : statement));
}

/** A structure that no English sentence has by chance. */
const STRUCTURE =
  /^(?:select\b[\s\S]*|insert\s+into\s+[\w."]+|update\s+[\w."]+\s+(?:as\s+\w+\s+)?set\b|delete\s+from\s+[\w."]+|merge\s+into\b|with\s+(?:recursive\s+)?[\w"]+\s*(?:\([^)]*\)\s*)?as\s|call\s+[\w."]+\s*\(|execute\s+[\w"]+|values\s*\(|(?:alter|create|drop|truncate|copy|explain|declare|prepare|grant|revoke|do)\s|set\s+[\w.]+\s*(?:=|to)\s*')/i;

function isSql(statement: string): boolean {
  return STRUCTURE.test(statement) && SQL_MARKS.test(statement);
}

function normaliseKeepingEnds(statement: string): string {
  const trailing = /["\s]*$/.exec(statement)?.[0] ?? '';
  return normaliseSql(statement.slice(0, statement.length - trailing.length), MASKED_SQL_LIMIT) + trailing;
}
