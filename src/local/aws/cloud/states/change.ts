import type { CloudModel } from '../model.ts';
import type { CloudEvent, Notice } from './event.ts';
import type { DurationName } from './durations.ts';
import type { Resources } from './past.ts';
import type { Trouble } from './trouble.ts';

/** What a decision about a resource knows: everything as it is now, in the words of AWS, and what has happened before. */
export type Truth = { readonly [K in keyof Resources]: Readonly<Resources[K]> } & {
  /** How many manual snapshots of a kind the account may have. */
  mostSnapshots: number;
  /** The buckets that may be exported to, with what is in them. */
  exports: CloudModel['exports'];
  events: readonly CloudEvent[];
  trouble: Trouble;
  nowMs: number;
};

/** Something that goes on by itself with a resource, later. `to` is the member, or the value, that it goes to. */
export type Step = { name: string; resource: string; to?: string; shard?: string };

/** A step, and how long after the one before it. */
export type Due = { after: DurationName; step: Step };

/** The engines behind a resource: its endpoint leads to another member, or the member that it leads to begins anew. */
export type Move = {
  resource: string;
  /** An availability zone of an instance, an instance of a cluster, a node of a replication group. */
  to: string;
  /** What comes next when the engines fail at it. */
  otherwise?: Step;
};

/**
 * What becomes of the data behind resources: a snapshot is cut, something new is made of a snapshot or of what is there now, something is
 * thrown away. All by the names that AWS has for them.
 */
export type CopyWork = { cut: string; of: string } | { make: string; from: string } | { drop: string };

/** What a decision changes: whole resources, each in the place of the one of its name, or new ones; events; and what follows. */
export type Change = { readonly [K in keyof Resources]?: Readonly<Resources[K]> } & {
  /** What is there no more: snapshots by ARN, instances and clusters by name. */
  gone?: readonly string[];
  /** Objects that were put into buckets. */
  exported?: readonly { bucket: string; key: string; sizeBytes: number }[];
  notices?: readonly Notice[];
  copy?: CopyWork;
  move?: Move;
  /** Counted from the moment at which the engines have moved, where they do. */
  due?: readonly Due[];
};

/** A step of a state graph: what it makes of the truth. */
export type TakeStep = (truth: Truth, step: Step) => Change;
export type Steps = { readonly [name: string]: TakeStep };
