import { callWithJson } from '../invocation.ts';
import type { Engine } from './engine.ts';
import { serviceError } from './service-error.ts';

/** Synchronous invocations of plain functions. */
export function plainCalls(engine: Engine) {
  let inFlight = 0;
  return {
    count: () => inFlight,
    /** JSON text in and out. Rejects with what the handler threw, or `ResourceNotFoundException`. */
    async call(functionName: string, payload: string): Promise<string> {
      const definition = engine.functions.get(functionName);
      if (definition === undefined) {
        throw serviceError('ResourceNotFoundException', `Function not found: ${functionName}`);
      }
      inFlight += 1;
      try {
        return await callWithJson(definition, payload, engine.clock);
      } finally {
        inFlight -= 1;
        engine.changed();
      }
    },
  };
}
