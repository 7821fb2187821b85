import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Json } from '../../core/json.ts';
import { Fault } from '../../core/errors.ts';
import { LOCAL_REGION } from '../../runtime/functions.ts';
import type { RecordedEndpoint } from './endpoint-file.ts';
import { DURABLE_ALIAS } from './functions.ts';

/** One synchronous invocation through a running demo's Lambda API. Throws a fault with what the handler threw. */
export async function invokeRunning(endpoint: RecordedEndpoint, nameOrKey: string, payload: Json): Promise<Json> {
  const known = Object.keys(endpoint.functions);
  const name = known.find((full) => full === nameOrKey || full.endsWith(`-${nameOrKey}`));
  if (name === undefined) throw new Fault('invalid_request', `no function ${nameOrKey}; there are ${known.join(', ')}`);
  const client = new LambdaClient({
    endpoint: endpoint.url,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const qualifier = endpoint.functions[name]?.durable ? { Qualifier: DURABLE_ALIAS } : {};
  const answer = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload), ...qualifier }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) throw new Fault('bug', `${name} failed: ${text}`);
  return JSON.parse(text === '' ? 'null' : text);
}
