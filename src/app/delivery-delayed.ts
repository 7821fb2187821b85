/** Slack could not take a message now; the run goes on and the step is tried again later. */
export class DeliveryDelayed extends Error {
  readonly afterSeconds: number;
  constructor(reason: string, afterSeconds: number) {
    super(`${reason} [retry after ${afterSeconds} s]`);
    this.name = 'DeliveryDelayed';
    this.afterSeconds = afterSeconds;
  }
}

/** However many wait for Slack, each of them asks at least this often. */
const SLOWEST_ASKING_SECONDS = 60;

/**
 * About a day of tries: 2 s at first, 15 min at most. Where Slack or we name a pause it is the least; many messages that wait
 * for the same pause ask less and less often, each at its own moment, because only few of them can go through at its end.
 */
export const delayedDelivery = {
  retryStrategy: (error: Error, attempt: number) => {
    const named = retryAfter(error);
    const mostTries = named === undefined ? 100 : 1500;
    return { shouldRetry: attempt < mostTries, delay: { seconds: secondsUntilNext(named, attempt) } };
  },
};

function secondsUntilNext(named: number | undefined, attempt: number): number {
  const patience = 2 ** Math.min(10, attempt);
  if (named === undefined) return Math.min(900, patience);
  const most = Math.min(SLOWEST_ASKING_SECONDS, patience);
  return Math.max(named, Math.ceil(most * (0.5 + Math.random() / 2)));
}

/** Read from the text: the durable service keeps an error's message, not its fields. */
function retryAfter(error: Error): number | undefined {
  const seconds = /\[retry after (\d+) s\]/.exec(error.message)?.[1];
  return seconds === undefined ? undefined : Math.max(1, Number(seconds));
}
