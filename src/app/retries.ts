import { StepSemantics } from '@aws/durable-execution-sdk-js';

/** Steps that only read, or write by key, may be repeated; they are, three times. */
export const repeatable = {
  retryStrategy: (_error: Error, attempt: number) => ({ shouldRetry: attempt < 3, delay: { seconds: attempt * 2 } }),
};

/** At most once: what became of it is asked, never tried again. */
export const once = {
  semantics: StepSemantics.AtMostOncePerRetry,
  retryStrategy: () => ({ shouldRetry: false }),
};
