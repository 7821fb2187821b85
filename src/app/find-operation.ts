import type { Operation, RunOperation } from '../core/operation.ts';
import { operations } from '../operations/index.ts';

export function findOperation(id: string): Operation | undefined {
  return operations.find((operation) => operation.id === id);
}

export function findRunOperation(id: string): RunOperation | undefined {
  const operation = findOperation(id);
  return operation?.kind === 'run' ? operation : undefined;
}
