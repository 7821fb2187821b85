import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './json.ts';
import type { Fact } from './report.ts';

/** What a run is about to do. Only `identity`, `steps`, `args`, `loss` and `graver` are hashed; live measurements are shown, not hashed. */
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
  /** Who notices: one sentence each. Shown, not hashed. */
  blastRadius: readonly string[];
  /** Measured now. Shown, not hashed. */
  facts: readonly Fact[];
  /** ISO time after which no approval counts. */
  expiresAt: string;
  /** The graver case of its operation that this is (`graver` there): it may ask for more people, never for fewer. Hashed where present. */
  graver?: string;
};

/** SHA-256 in hex of the canonical JSON (RFC 8785) of what an approval is bound to. */
export function planHash(plan: Plan): string {
  const { operation, target, identity, steps, args, loss, graver } = plan;
  const bound = { operation, target, identity, steps, args, loss, ...(graver === undefined ? {} : { graver }) };
  return createHash('sha256').update(canonical(bound)).digest('hex');
}

/** RFC 8785 text of a JSON value. */
export function canonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON has a canonical form');
  return text;
}

/** What allows an acting step: the room that acts checks it against the state table by itself. */
export type Grant = { runId: string; planHash: string; fence: number; by: 'policy' | readonly string[] };
