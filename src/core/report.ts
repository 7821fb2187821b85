import type { Finding, NextAction } from './finding.ts';

/** `unknown` is for a target that could not be looked at; it is never shown as green. */
export const statuses = ['unknown', 'critical', 'warning', 'info', 'healthy'] as const;
export type Status = (typeof statuses)[number];

/** How a finding stands against the last scheduled or alarm report. */
export type Change = 'NEW' | 'WORSE' | 'SAME';
export type ReportedFinding = Finding & {
  change: Change;
  /** ISO time when this key was first seen without a break. */
  since: string;
};

/** A question that stayed without an answer. */
export type Gap = { check: string; kind: 'skipped' | 'unreliable'; reason: string; fix?: string };
export type Coverage = {
  asked: number;
  answered: number;
  gaps: readonly Gap[];
  /** What nobody can see there, whatever is granted: "how full the disk is". Not counted among the asked. */
  unseen?: readonly string[];
};

export type Fact = { label: string; value: string };
export type Cell = string | number | null;
export type Table = {
  title: string;
  columns: readonly { key: string; label: string }[];
  rows: readonly Record<string, Cell>[];
};
export type Chart = {
  title: string;
  unit: string;
  limit?: number;
  series: readonly { name: string; points: readonly { at: string; value: number }[] }[];
};

/** The result of an operation as plain data. It knows nothing of Slack or terminals. */
export type Report = {
  operation: string;
  /** A target's or an environment's name, or `fleet`. */
  subject: string;
  status: Status;
  /** One plain sentence that answers "do I get up?", without the subject's name. */
  headline: string;
  /** Worst first; within a severity NEW, WORSE, SAME. */
  findings: readonly ReportedFinding[];
  /** Sentences of findings of the last report that are gone. */
  resolved: readonly string[];
  coverage?: Coverage;
  facts: readonly Fact[];
  tables: readonly Table[];
  charts: readonly Chart[];
  next: readonly NextAction[];
  /** One report per target when the subject is an environment or the fleet. */
  parts: readonly Report[];
  /** Plain paragraphs, for answers that are text (help). */
  text: readonly string[];
  /** ISO time of the look. */
  at: string;
};

/** A report with every list empty: spread it and fill in what there is. */
export function emptyReport(about: Pick<Report, 'operation' | 'subject' | 'status' | 'headline' | 'at'>): Report {
  return { ...about, findings: [], resolved: [], facts: [], tables: [], charts: [], next: [], parts: [], text: [] };
}

/** The worst of several statuses; `healthy` when there are none. */
export function worst(all: readonly Status[]): Status {
  return statuses.find((status) => all.includes(status)) ?? 'healthy';
}
