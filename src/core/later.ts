/**
 * A port whose methods open it first. For ports that not every request needs: opening them loads clients of AWS, which takes
 * longer than the rest of a cold start. Every method of such a port answers a promise.
 */
export function later<Port extends object>(open: () => Promise<Port>): Port {
  return new Proxy({} as Port, {
    get: (_port, name) => (name === 'then' ? undefined : (...words: unknown[]) => call(open, name, words)),
  });
}

async function call<Port extends object>(
  open: () => Promise<Port>,
  name: PropertyKey,
  words: unknown[],
): Promise<unknown> {
  const port = await open();
  const method: unknown = Reflect.get(port, name);
  if (typeof method !== 'function') throw new TypeError(`${String(name)} is not something that this port can do`);
  return Reflect.apply(method, port, words);
}
