import type { ErrorObject, WireOperation } from '@aws/durable-execution-sdk-js';

/** One operation and the types of its history events, in order. */
export type Told = { operation: WireOperation; events: readonly string[] };
export type Tree = readonly { operation: string; events: readonly string[]; children: Tree }[];

/** How a scenario ended in one backend: everything that two backends have to agree on. */
export type Played = { status: string | undefined; result: unknown; error: string | undefined; tree: Tree };

/** Type, subtype, name, status, attempt, outcome and parents; siblings by name, since what runs at once has no order. */
export function operationTree(all: readonly Told[], parentId?: string): Tree {
  return all
    .filter(({ operation }) => operation.ParentId === parentId)
    .map(({ operation, events }) => ({
      operation: describe(operation),
      events,
      children: operationTree(all, operation.Id),
    }))
    .toSorted((left, right) => left.operation.localeCompare(right.operation));
}

function describe({ Type, SubType, Name, Status, StepDetails, ...rest }: WireOperation): string {
  const attempt = StepDetails?.Attempt === undefined ? [] : [`attempt ${StepDetails.Attempt}`];
  const details = { ...StepDetails, ...rest.ContextDetails, ...rest.CallbackDetails, ...rest.ChainedInvokeDetails };
  const replays = rest.ContextDetails?.ReplayChildren === true ? ['replays its children'] : [];
  const outcome = [errorText(details.Error), shortened(details.Result)].filter((text) => text !== undefined);
  return [Type, SubType, Name ?? '-', Status, ...attempt, ...replays, ...outcome].join(' ');
}

/** An error without its stack trace, which is another one in every backend. */
export function errorText(error: ErrorObject | undefined): string | undefined {
  if (error === undefined) return undefined;
  return `[${error.ErrorType ?? '-'}: ${error.ErrorMessage ?? ''}${error.ErrorData ?? ''}]`;
}

/** A result without the stack traces in it; a long one by its length alone. */
export function shortened(text: string | undefined): string | undefined {
  const bare = text?.replaceAll(/,"stack":"(?:\\.|[^"\\])*"/g, '');
  return bare !== undefined && bare.length > 500 ? `${bare.length} characters` : bare;
}
