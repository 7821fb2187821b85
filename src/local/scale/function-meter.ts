import type { FunctionDefinition, Functions, Handler } from '../../runtime/functions.ts';
import { createDurableMeter, type DurableUsage } from './durable-meter.ts';

export type FunctionUsage = {
  /** Invocations by the function's name without its prefix. */
  invocations: { readonly [name: string]: number };
  failures: number;
  /** The most that ran at one moment, of all functions together. */
  mostAtOnce: number;
  /** Bytes that plain functions answered to chained invokes. */
  answeredBytes: number;
  durable: DurableUsage;
};

/** Wraps functions so that every invocation is counted; `replace` puts other handlers in the place of some. */
export function createFunctionMeter(prefix: string) {
  const invocations: { [name: string]: number } = {};
  const durable = createDurableMeter();
  let running = 0;
  let mostAtOnce = 0;
  let failures = 0;
  let answeredBytes = 0;
  function metered({ name, handler, ...rest }: FunctionDefinition, other: Handler | undefined): FunctionDefinition {
    const short = name.slice(prefix.length);
    const run = other ?? handler;
    const counted: Handler = async (event, context) => {
      invocations[short] = (invocations[short] ?? 0) + 1;
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      try {
        const answer = await run(rest.durable ? durable.observed(event) : event, context);
        if (short === 'read' || short === 'act') answeredBytes += Buffer.byteLength(JSON.stringify(answer));
        return answer;
      } catch (thrown) {
        failures += 1;
        throw thrown;
      } finally {
        running -= 1;
      }
    };
    // Nothing is kept after its end, so that the service's own file stays small; what counts is counted here.
    const durableConfig = rest.durable && { durable: { ...rest.durable, retentionDays: 0 } };
    return { ...rest, ...durableConfig, name, handler: counted };
  }
  return {
    wrap: (functions: Functions, replace: { readonly [name: string]: Handler }): Functions =>
      new Map([...functions].map(([key, one]) => [key, metered(one, replace[one.name.slice(prefix.length)])])),
    running: () => running,
    usage: (): FunctionUsage => ({
      invocations: Object.fromEntries(Object.entries(invocations).toSorted(([a], [b]) => a.localeCompare(b))),
      failures,
      mostAtOnce,
      answeredBytes,
      durable: durable.usage(),
    }),
  };
}
