/** Words of a connection string of libpq, in their order. */
type Words = readonly (readonly [name: string, value: string])[];

/**
 * Pure: the same connection string with another host and port, or why it is left alone, in words without an end.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
 */
export function pointedAt(conninfo: string, host: string, port: number): { conninfo: string } | { unfit: string } {
  if (/^\s*postgres(?:ql)?:\/\//.test(conninfo)) return { unfit: 'its primary_conninfo is a URL' };
  const words = wordsOf(conninfo);
  if (words === undefined) return { unfit: 'its primary_conninfo cannot be read' };
  const of = (name: string) => words.find(([one]) => one === name)?.[1];
  if (of('service') !== undefined) return { unfit: 'its primary_conninfo names a service: the host stands in a file' };
  if (of('hostaddr') !== undefined) return { unfit: 'its primary_conninfo names a hostaddr beside the host' };
  if (of('host')?.includes(',') === true) return { unfit: 'its primary_conninfo names several hosts' };
  const rest = words.filter(([name]) => name !== 'host' && name !== 'port');
  const all: Words = [['host', host], ['port', String(port)], ...rest];
  return { conninfo: all.map(([name, value]) => `${name}=${quoted(value)}`).join(' ') };
}

const WORD = /^\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/;

/** Undefined where it is not one. */
function wordsOf(conninfo: string): Words | undefined {
  const words: [string, string][] = [];
  for (let rest = conninfo; rest.trim() !== '';) {
    const [whole, name, inQuotes, bare = ''] = WORD.exec(rest) ?? [];
    if (whole === undefined || name === undefined) return undefined;
    words.push([name, (inQuotes ?? bare).replaceAll(/\\(.)/g, '$1')]);
    rest = rest.slice(whole.length);
  }
  return words;
}

function quoted(value: string): string {
  return /^[\w.:/@%+-]+$/.test(value) ? value : `'${value.replaceAll(/(['\\])/g, '\\$1')}'`;
}
