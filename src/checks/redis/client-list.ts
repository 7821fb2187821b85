/** One line of CLIENT LIST. */
export type ListedClient = {
  /** Its name with numbers taken out, else its library, else its host: what belongs to one application. */
  group: string;
  ageSeconds: number;
  idleSeconds: number;
  /** Buffers and all, from 7.0 on; before, the output buffer. */
  heldBytes: number;
  /** It is expected to be silent: a replica, a subscriber, a client in a blocking command. */
  isWaiting: boolean;
};

/** Reads CLIENT LIST; our own connections are left out. https://redis.io/docs/latest/commands/client-list/ */
export function parseClientList(reply: unknown): ListedClient[] {
  return String(reply)
    .split('\n')
    .map(fieldsOf)
    .filter((fields) => fields['id'] !== undefined && fields['name'] !== 'nightshift')
    .map((fields) => ({
      group: groupOf(fields),
      ageSeconds: Number(fields['age'] ?? 0),
      idleSeconds: Number(fields['idle'] ?? 0),
      heldBytes: Number(fields['tot-mem'] ?? fields['omem'] ?? 0),
      isWaiting:
        /[SMPbO]/.test(fields['flags'] ?? '') || Number(fields['sub'] ?? 0) > 0 || Number(fields['psub'] ?? 0) > 0,
    }));
}

/** No value has a space: Redis takes none in a client's name. */
function fieldsOf(line: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const word of line.trim().split(' ')) {
    const at = word.indexOf('=');
    if (at > 0) fields[word.slice(0, at)] = word.slice(at + 1);
  }
  return fields;
}

function groupOf({ name = '', addr = '', 'lib-name': library = '' }: Record<string, string>): string {
  const host = addr.slice(0, Math.max(0, addr.lastIndexOf(':'))) || 'a socket';
  if (name !== '') return `\`${name.slice(0, 60).replaceAll(/\b(?=[a-f]*\d)[0-9a-f]{6,}\b|\d+/gi, '*')}\``;
  return library === '' ? `unnamed clients from ${host}` : `${library.slice(0, 40)} clients from ${host}`;
}
