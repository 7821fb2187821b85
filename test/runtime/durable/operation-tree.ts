/** What both backends say of one operation. */
export type Flat = {
  id: string;
  parentId: string | undefined;
  type: string | undefined;
  subType: string | undefined;
  name: string | undefined;
  status: string | undefined;
  attempt: number | undefined;
};
export type Tree = readonly { operation: string; children: Tree }[];

/** Type, subtype, name, status, attempt and parents; siblings by name, since what runs at once has no order. */
export function operationTree(operations: readonly Flat[], parentId?: string): Tree {
  return operations
    .filter((operation) => operation.parentId === parentId)
    .map((operation) => ({ operation: describe(operation), children: operationTree(operations, operation.id) }))
    .toSorted((left, right) => left.operation.localeCompare(right.operation));
}

function describe({ type, subType, name, status, attempt }: Flat): string {
  return [type, subType, name ?? '-', status, ...(attempt === undefined ? [] : [`attempt ${attempt}`])].join(' ');
}
