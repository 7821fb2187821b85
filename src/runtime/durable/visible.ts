import type { Operation } from './model.ts';

/** The operations that an invocation is shown: children of a finished context are left out unless it asked for ReplayChildren. */
export function visibleOperations(operations: readonly Operation[]): Operation[] {
  const byId = new Map(operations.map((operation) => [operation.Id, operation]));
  const hidden = new Set<string>();
  return operations.filter((operation) => {
    const parent = operation.ParentId === undefined ? undefined : byId.get(operation.ParentId);
    if (parent === undefined || (!hidden.has(parent.Id) && !prunesChildren(parent))) return true;
    hidden.add(operation.Id);
    return false;
  });
}

function prunesChildren(parent: Operation): boolean {
  const closed = parent.Status === 'SUCCEEDED' || parent.Status === 'FAILED';
  return parent.Type === 'CONTEXT' && closed && parent.ContextDetails?.ReplayChildren !== true;
}
