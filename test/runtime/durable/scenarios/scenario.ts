import type { ErrorObject } from '@aws/durable-execution-sdk-js';
import { DurableOperationError } from '@aws/durable-execution-sdk-js';
import type { Body } from '../fixture.ts';

/** What somebody outside does to the callback of that name, as soon as the execution waits for it. */
export type Answer = { to: string } & ({ succeed: string } | { fail: ErrorObject } | { beat: true });

/** One workflow that every backend runs; `plain` and `durable` are the functions that it invokes, by the name it uses. */
export type Scenario = {
  name: string;
  body: Body;
  answers?: readonly Answer[];
  plain?: { readonly [identifier: string]: (event: unknown) => unknown };
  durable?: { readonly [identifier: string]: Body };
};
export type Context = Parameters<Body>[1];

export const never = () => ({ shouldRetry: false });

/** At most four attempts, a second apart. */
export const everySecond = (_error: unknown, attempt: number) => ({ shouldRetry: attempt < 4, delay: { seconds: 1 } });

/** A workflow that needs its context alone. */
export function workflow(run: (context: Context) => Promise<unknown>): Body {
  return (_event, context) => run(context);
}

/** What a workflow can see of an error, for results that are compared. */
export function seen(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { thrown: String(thrown) };
  const cause = thrown.cause instanceof Error ? { name: thrown.cause.name, message: thrown.cause.message } : undefined;
  const errorType = thrown instanceof DurableOperationError ? thrown.errorType : undefined;
  const data = thrown instanceof DurableOperationError ? thrown.errorData : undefined;
  return { name: thrown.name, message: thrown.message, errorType, data, cause };
}

export function fails(message: string, name = 'Error'): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(message), { name }));
}

/** JSON on both ways, for callbacks, which give text unless told otherwise. */
export const json = { deserialize: async (text: string | undefined) => JSON.parse(text ?? 'null') as unknown };
