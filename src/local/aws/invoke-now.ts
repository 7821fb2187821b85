import type { Json } from '../../core/json.ts';
import { Fault } from '../../core/errors.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import type { FunctionDefinition } from '../../runtime/functions.ts';

/** One synchronous invocation: the result, or a fault with what the handler threw. */
export async function invokeNow(durable: Durable, definition: FunctionDefinition, payload: Json): Promise<Json> {
  const text = JSON.stringify(payload);
  if (definition.durable === undefined) return JSON.parse(await durable.call(definition.name, text));
  const { status, result, error } = await durable.finished(
    durable.start({ functionName: definition.name, payload: text }),
  );
  if (status === 'SUCCEEDED') return JSON.parse(result ?? 'null');
  throw new Fault(
    'bug',
    `${definition.name} ${status}: ${error?.ErrorType ?? ''} ${error?.ErrorMessage ?? ''}`.trimEnd(),
  );
}
