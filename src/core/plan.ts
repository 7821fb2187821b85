import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './json.ts';
import type { Fact } from './report.ts';

/** What a run is about to do. Only `identity`, `steps`, `args` and `loss` are hashed; live measurements are shown, not hashed. */
export type Plan = {
  runId: string;
  operation: string;
  target: string;
  /** What must still be the same object at the moment of action: pid, backend start, system identifier. */
  identity: { readonly [name: string]: Json };
  /** What will be done, in order, one sentence each. */
  steps: readonly string[];
  args: Json;
  /** What can be lost, in one sentence; "nothing" is said too. */
  loss: string;
  /** Present where acknowledged work can be lost: then a person accepts it, also where the config asks nobody. Shown by `loss`. */
  mayLose?: true;
  /** Who notices: one sentence each. Shown, not hashed. */
  blastRadius: readonly string[];
  /** Measured now. Shown, not hashed. */
  facts: readonly Fact[];
  /** ISO time after which no approval counts. */
  expiresAt: string;
};

/** SHA-256 in hex of the canonical JSON (RFC 8785) of what an approval is bound to. */
export function planHash(plan: Plan): string {
  const { operation, target, identity, steps, args, loss } = plan;
  return createHash('sha256').update(canonical({ operation, target, identity, steps, args, loss })).digest('hex');
}

/** RFC 8785 text of a JSON value. */
export function canonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON has a canonical form');
  return text;
}

/** What allows an acting step: the room that acts checks it against the state table by itself. */
export type Grant = { runId: string; planHash: string; fence: number; by: 'policy' | readonly string[] };
