/** Slack could not take a message now; the run goes on and the step is tried again later. */
export class DeliveryDelayed extends Error {
  readonly afterSeconds: number;
  constructor(reason: string, afterSeconds: number) {
    super(`${reason} [retry after ${afterSeconds} s]`);
    this.name = 'DeliveryDelayed';
    this.afterSeconds = afterSeconds;
  }
}

/** About a day of tries: 2 s at first, 15 min at most; Slack's own Retry-After comes first. */
export const delayedDelivery = {
  retryStrategy: (error: Error, attempt: number) => ({
    shouldRetry: attempt < 100,
    delay: { seconds: retryAfter(error) ?? Math.min(900, 2 ** Math.min(10, attempt)) },
  }),
};

/** Read from the text: the durable service keeps an error's message, not its fields. */
function retryAfter(error: Error): number | undefined {
  const seconds = /\[retry after (\d+) s\]/.exec(error.message)?.[1];
  return seconds === undefined ? undefined : Math.max(1, Number(seconds));
}
