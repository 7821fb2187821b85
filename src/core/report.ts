import type { ChangeKind } from './changed.ts';
import type { Finding, NextAction, Severity } from './finding.ts';

/** `unknown` is for a target that could not be looked at; it is never shown as green. */
export const statuses = ['unknown', 'critical', 'warning', 'info', 'healthy'] as const;
export type Status = (typeof statuses)[number];

/** How a finding stands against the last scheduled or alarm report; the order in which they are told. */
export const changes = ['NEW', 'WORSE', 'SAME', 'BETTER'] as const;
export type Change = (typeof changes)[number];
export type ReportedFinding = Finding & {
  change: Change;
  /** ISO time when this key was first seen without a break. */
  since: string;
  /** What the last scheduled or alarm report told, where the finding is WORSE or BETTER now. */
  was?: { at: string; severity: Severity; value?: number };
  /** What a reader should know of how it came here, a few words each: `not yet confirmed`. */
  marks?: readonly string[];
};

/** Why a finding is not told of: `unconfirmed` was seen too seldom yet, `clearing` is gone but not for long enough. */
export const holders = ['mute', 'window', 'run', 'unconfirmed', 'clearing'] as const;
export type HeldFinding = ReportedFinding & {
  held: { by: (typeof holders)[number]; /** `until 2026-11-24 04:00 UTC by ana: known batch` */ words: string };
};

/** A question that stayed without an answer. */
export type Gap = { check: string; kind: 'skipped' | 'unreliable'; reason: string; fix?: string };
export type Coverage = {
  asked: number;
  answered: number;
  gaps: readonly Gap[];
  /** What nobody can see there, whatever is granted: "how full the disk is, so no day is forecast". Not counted among the asked. */
  unseen?: readonly string[];
};

export type Fact = { label: string; value: string };
export type Cell = string | number | null;
export type Table = {
  title: string;
  columns: readonly { key: string; label: string }[];
  rows: readonly Record<string, Cell>[];
};
/** One number at one time (ISO); `least` and `most` where it stands for a longer while. */
export type ChartPoint = { at: string; value: number; least?: number; most?: number };
export type Chart = {
  title: string;
  /** `bytes`, `%`, `s`, or a plural noun. */
  unit: string;
  /** Drawn as labelled lines. */
  limits: readonly { label: string; value: number }[];
  series: readonly { name: string; points: readonly ChartPoint[] }[];
  /** Times (ISO) that are shaded, with a few words: "1.2 s without a write". */
  spans?: readonly { from: string; to: string; label: string }[];
  /** One line below the title: "full in 12 days (9-17)". */
  note?: string;
};

/** How sure we are that a change explains a finding. Nobody here claims a cause. */
export const likelihoods = ['likely', 'possible'] as const;
/** Something that changed and may explain a finding. */
export type ChangedLine = {
  target: string;
  kind: ChangeKind;
  /** "`work_mem` 4 MB → 1 GB": without time and full stop. */
  sentence: string;
  sure: (typeof likelihoods)[number];
  /** The key of the finding that it explains best. */
  explains: string;
  /** ISO times: `at` where the server says when, else the two looks between which it happened. */
  at?: string;
  between?: { from: string; to: string };
};
/** The difference between the last good report and now. */
export type WhatChanged = {
  /** ISO time of the last good report; null where there is none to compare with. */
  since: string | null;
  /** What explains the findings best comes first, at most five. */
  lines: readonly ChangedLine[];
  /** What changed besides, each with its target. */
  others: readonly { target: string; sentence: string }[];
  /** What could not be compared, and why. */
  notes: readonly string[];
};

/** One of several things that a person may act on, such as a session; `lines` are drawn as they are, in a fixed width. */
export type Item = { text: string; lines: readonly string[]; next: readonly NextAction[] };

/** The result of an operation as plain data. It knows nothing of Slack or terminals. */
export type Report = {
  operation: string;
  /** A target's or an environment's name, or `fleet`. */
  subject: string;
  status: Status;
  /** One plain sentence that answers "do I get up?", without the subject's name. */
  headline: string;
  /** Worst first; within a severity NEW, WORSE, SAME, BETTER. */
  findings: readonly ReportedFinding[];
  /** Sentences of findings of the last report that are gone. */
  resolved: readonly string[];
  /** Findings that are kept out of the status and the headline, worst first, each with the reason. */
  held?: readonly HeldFinding[];
  /** Only where something above `info` is told. */
  changed?: WhatChanged;
  coverage?: Coverage;
  facts: readonly Fact[];
  tables: readonly Table[];
  charts: readonly Chart[];
  /** What matters most first. */
  items?: readonly Item[];
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
