/** Waits for the work, but no longer than `limitMs`; work that is late goes on and is handed back. */
export async function inTime<T>(work: Promise<T>, limitMs: number): Promise<{ value: T } | { late: Promise<T> }> {
  const { promise: alarm, resolve } = Promise.withResolvers<{ late: Promise<T> }>();
  const timer = setTimeout(() => resolve({ late: work }), limitMs);
  try {
    return await Promise.race([work.then((value) => ({ value })), alarm]);
  } finally {
    clearTimeout(timer);
  }
}
