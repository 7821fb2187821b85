import type { Json } from './json.ts';
import type { TargetName } from './operation.ts';
import type { Grant } from './plan.ts';
import type { Room } from './room.ts';

/** A piece of work in one room. Only JSON goes in and comes out; the frame masks the result. */
export type ReadStep<T, A extends Json, R extends Json> = {
  room: Exclude<Room, 'act'>;
  run(target: T, args: A): Promise<R>;
};
/** A step that changes something: the frame verifies and uses up the grant first; `reconcile` asks the database what became of it. */
export type ActStep<T, A extends Json, R extends Json> = {
  room: 'act';
  run(target: T, args: A, grant: Grant): Promise<R>;
  reconcile(target: T, args: A): Promise<R | 'unknown'>;
};
// oxlint-disable-next-line typescript/no-explicit-any -- the one place where step types are hidden
export type AnyStep = ReadStep<any, any, any> | ActStep<any, any, any>;
export type Steps = { readonly [key: string]: AnyStep };

export function read<T, A extends Json, R extends Json>(run: (target: T, args: A) => Promise<R>): ReadStep<T, A, R> {
  return { room: 'read', run };
}
/** Asks for the logs that the cloud keeps of the target, in the room that has no way to the database. */
export function logs<T, A extends Json, R extends Json>(run: (target: T, args: A) => Promise<R>): ReadStep<T, A, R> {
  return { room: 'logs', run };
}
/** Asks the cloud that hosts the target, in `run` itself: it has no way to the database. */
export function control<C, A extends Json, R extends Json>(run: (cloud: C, args: A) => Promise<R>): ReadStep<C, A, R> {
  return { room: 'control', run };
}
export function act<T, A extends Json, R extends Json>(
  run: (target: T, args: A, grant: Grant) => Promise<R>,
  reconcile: (target: T, args: A) => Promise<R | 'unknown'>,
): ActStep<T, A, R> {
  return { room: 'act', run, reconcile };
}

/** The steps as a run calls them: by the target's name, with a grant where they act. */
export type Calls<S extends Steps> = {
  [K in keyof S]: S[K] extends ActStep<infer _T, infer A, infer R>
    ? (target: TargetName, args: A, grant: Grant) => Promise<R>
    : S[K] extends ReadStep<infer _T, infer A, infer R>
      ? (target: TargetName, args: A) => Promise<R>
      : never;
};
