/** What kind of thing is otherwise than it was; what explains most kinds of trouble first. */
export const changeKinds = [
  'failover',
  'restart',
  'setting',
  'schema',
  'statement',
  'traffic',
  'keys',
  'machine',
  'trouble',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One thing that is otherwise than at the last good look. A fact, never a cause. */
export type Changed = {
  /** Kind and object: the same in every comparison of one target, so that two of them tell when it happened. */
  id: string;
  kind: ChangeKind;
  /** One clause with number and unit, without a time and without a full stop: "`work_mem` 4 MB → 1 GB". */
  sentence: string;
  /** How much it is for its kind: 0 hardly worth a word, 1 as large as it gets. */
  size: number;
  /** ISO time, where the server says when. */
  at?: string;
  /** True for what only rates show: the look before says nothing of when it began. */
  rate?: true;
  /** Tables, applications and the like that it is about: a finding that names one of them is explained better. */
  objects?: readonly string[];
  /** Ids of the checks whose findings it can explain, where it is more choosy than its kind: a setting of memory. */
  explains?: readonly string[];
};

/** Numbers that are the same but for so little are no change. */
export function sizeOfRatio(ratio: number): number {
  return Math.min(1, Math.max(0, Math.log10(Math.max(ratio, 1))) / 2);
}
