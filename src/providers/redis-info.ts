/** `name:value` lines; https://redis.io/docs/latest/commands/info/ */
export function parseInfo(reply: unknown): Record<string, string> {
  const record: Record<string, string> = {};
  for (const line of String(reply).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) record[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return record;
}
