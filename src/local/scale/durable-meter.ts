import { DurableExecutionInvocationInputWithClient, type DurableExecutionClient } from '@aws/durable-execution-sdk-js';

export type DurableUsage = {
  executions: number;
  /** Executions, steps, waits, callbacks, contexts and chained invokes that were begun. */
  operations: number;
  /** Payloads that executions began with and that their operations stored. */
  writtenBytes: number;
  /** The most operations that one execution had; the service allows about 3,000. */
  mostOperations: number;
  /** Operations that invocations were given to replay, all together. */
  replayedOperations: number;
};

/** Counts at the boundary between the durable execution SDK and its service. */
export function createDurableMeter() {
  const seen = new Map<string, Set<string>>();
  let writtenBytes = 0;
  let replayedOperations = 0;
  let operations = 0;
  let mostOperations = 0;
  function begun(arn: string, id: string): void {
    const known = seen.get(arn) ?? new Set();
    seen.set(arn, known);
    if (known.has(id)) return;
    known.add(id);
    operations += 1;
    mostOperations = Math.max(mostOperations, known.size);
  }
  function observedClient(client: DurableExecutionClient): DurableExecutionClient {
    return {
      getExecutionState: (parameters) => client.getExecutionState(parameters),
      checkpoint(parameters, ...rest) {
        for (const { Id = '', Payload = '' } of parameters.Updates ?? []) {
          if (Id !== '') begun(parameters.DurableExecutionArn ?? '', Id);
          writtenBytes += Buffer.byteLength(Payload);
        }
        return client.checkpoint(parameters, ...rest);
      },
    };
  }
  return {
    /** The event of a durable invocation with a client that counts. */
    observed(event: unknown): unknown {
      if (!DurableExecutionInvocationInputWithClient.isInstance(event)) return event;
      const { DurableExecutionArn: arn, InitialExecutionState: state } = event;
      const known = state.Operations ?? [];
      const first = known.find(({ Type }) => Type === 'EXECUTION');
      if (!seen.has(arn)) writtenBytes += Buffer.byteLength(first?.ExecutionDetails?.InputPayload ?? '');
      begun(arn, first?.Id ?? 'execution');
      replayedOperations += known.length;
      return Object.assign(event, { durableExecutionClient: observedClient(event.durableExecutionClient) });
    },
    usage: (): DurableUsage => ({
      executions: seen.size,
      operations,
      writtenBytes,
      mostOperations,
      replayedOperations,
    }),
  };
}
