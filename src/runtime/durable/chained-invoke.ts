import { createHash } from 'node:crypto';
import { parseFunctionIdentifier, type FunctionDefinition } from '../functions.ts';
import { callWithJson, invocationError } from '../invocation.ts';
import { settleChainedInvoke } from './chained-settle.ts';
import type { Engine } from './engine.ts';
import { startExecution } from './executions.ts';
import type { ChainedRequest, Ending } from './model.ts';

type Place = { arn: string; operationId: string };

/**
 * Carries out chained invokes. A plain function that was in flight when the process died is called again at recovery, so it
 * runs at least once; a durable one is found again by its name.
 */
export function chainedInvokes(engine: Engine) {
  const inFlight = new Set<string>();
  return {
    count: () => inFlight.size,
    async launch(arn: string, operationId: string): Promise<void> {
      // What is not launched any more is found again at recovery.
      if (engine.phase() !== 'open') return;
      const key = `${arn}#${operationId}`;
      const request = engine.store.operations.find(arn, operationId)?.side.request;
      if (inFlight.has(key) || request === undefined) return;
      inFlight.add(key);
      const place = { arn, operationId };
      try {
        const ending = await carryOut(engine, place, request);
        if (ending !== undefined) settle(engine, place, ending);
      } finally {
        inFlight.delete(key);
        engine.changed(arn);
      }
    },
  };
}

/** The ending of a plain function, or undefined for a durable one, which settles the operation itself when it ends. */
async function carryOut(engine: Engine, place: Place, request: ChainedRequest): Promise<Ending | undefined> {
  const { name, qualifier } = parseFunctionIdentifier(request.identifier);
  const definition = engine.functions.get(name);
  if (definition === undefined) return failed('ResourceNotFoundException', `Function not found: ${request.identifier}`);
  if (definition.durable === undefined) return callPlain(engine, definition, request.payload);
  if (qualifier === undefined)
    return failed('InvalidParameterValueException', `${name} is durable: its alias or version is missing`);
  const key = createHash('sha256').update(`${place.arn}#${place.operationId}`).digest('hex');
  startExecution(engine, {
    functionName: name,
    payload: request.payload,
    name: `chained-${key.slice(0, 48)}`,
    parent: place,
  });
  return undefined;
}

async function callPlain(engine: Engine, definition: FunctionDefinition, payload: string): Promise<Ending> {
  try {
    return { status: 'SUCCEEDED', result: await callWithJson(definition, payload, engine.clock) };
  } catch (thrown) {
    const { errorType, errorMessage } = invocationError(thrown);
    return failed(errorType, errorMessage);
  }
}

function settle(engine: Engine, place: Place, ending: Ending): void {
  if (engine.phase() === 'closed') return;
  engine.store.transaction(() => settleChainedInvoke(engine, place.arn, place.operationId, ending));
  engine.wake(place.arn);
}

function failed(ErrorType: string, ErrorMessage: string): Ending {
  return { status: 'FAILED', error: { ErrorType, ErrorMessage } };
}
