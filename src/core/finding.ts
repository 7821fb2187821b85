import type { Json } from './json.ts';

/** Worst first. */
export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** A step that a person may take next; a renderer makes it a button, a terminal prints the command. */
export type NextAction = {
  label: string;
  /** The operation's id and its arguments as typed after the target. */
  operation: string;
  target: string;
  args: readonly string[];
  /** True when clients will notice. */
  disruptive: boolean;
};

/** What a check found. */
export type Finding = {
  /** Check id + object, never a pid: NEW, WORSE, mutes and history are matched by it. Example: `postgres.locks:root`. */
  key: string;
  severity: Severity;
  /** One full sentence with number, unit and limit, without a closing full stop being optional: it ends with one. */
  sentence: string;
  /** The number behind the sentence; `step` is the least growth that counts as WORSE. */
  measure?: { value: number; unit: string; limit: number; step: number };
  /** Small, masked data that backs the sentence; shown in the thread. */
  evidence: Json;
  /** The safest next action, as an imperative sentence. */
  next: string;
  actions?: readonly NextAction[];
};
