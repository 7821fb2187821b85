import type { CloudModel } from './model.ts';
import type { Schema } from './schema-check.ts';

/** One operation of an API: its input and output by the SDK's own schemas, and what it answers from the model. */
export type CloudOperation = {
  input: Schema;
  output: Schema;
  /** `region`: where the request was signed for. */
  answer(input: never, model: CloudModel, nowMs: number, region: string): object;
};
export type CloudOperations = { readonly [name: string]: CloudOperation };

/** An operation with its types; `schema` is the client's own: `[9, namespace, name, traits, input, output]`. */
export function operation<Input, Output extends object>(
  schema: unknown,
  answer: (input: Input, model: CloudModel, nowMs: number, region: string) => Output,
): CloudOperation {
  const [, , , , input, output] = schema as [number, string, string, unknown, Schema, Schema];
  return { input, output, answer };
}

/** `MaxRecords` and `Marker`: the marker is the number of the next entry. Default 100, as everywhere in RDS and ElastiCache. */
export function page<T>(
  all: readonly T[],
  { MaxRecords = 100, Marker }: { MaxRecords?: number | undefined; Marker?: string | undefined },
): { shown: T[]; more: { Marker?: string } } {
  const first = Marker === undefined ? 0 : Number(Marker);
  const next = first + MaxRecords;
  return { shown: all.slice(first, next), more: next < all.length ? { Marker: String(next) } : {} };
}
