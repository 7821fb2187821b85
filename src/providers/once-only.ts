/** The same question asked once, whoever wants the answer. */
export function onceOnly<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}
