/**
 * A sentence of a runbook. Names in braces are put in by a plan: `{from}` and `{to}` for the members, others by the set-up. `where`:
 * it is said only there.
 */
export type RunbookSentence = { says: string; where?: string };

/** One thing that is done. */
export type RunbookStep = RunbookSentence & {
  /** What becomes of everything when it fails here. */
  failing: string;
  /** Present at the step from which on nothing is taken back. */
  noWayBack?: true;
};

/**
 * What moving the writes of one set-up does and means, written down once: plans show it to whoever approves, and `npm run generate`
 * writes it into docs/runbooks.
 */
export type Runbook = {
  /** The set-up, as the title of its part of the page. */
  setUp: string;
  /** What is looked at for the plan, and again right before it is carried out: by the name that the plan has for it, what stops it or warns. */
  prechecks: { readonly [name: string]: string };
  steps: readonly RunbookStep[];
  /** What clients will see. */
  clients: readonly RunbookSentence[];
  /** What can be undone, and until when. */
  undo: string;
  /** What can be lost, where it does not depend on what was measured. */
  loss?: string;
  /** On the page, where no server has a name: what stands in place of the names in braces. */
  unnamed?: { readonly [name: string]: string };
};

/** The names of the prechecks of a runbook: a plan shows no other. */
export type PrecheckName<R extends Runbook> = keyof R['prechecks'] & string;

export type PlanWords = { steps: string[]; clients: string[]; undo: string };

/** Pure: a runbook in a plan. `names` are put in; what is said only somewhere is said where `holds` has that place. */
export function planWords(
  { steps, clients, undo }: Runbook,
  names: { readonly [name: string]: string } = {},
  holds: readonly string[] = [],
): PlanWords {
  const said = (sentences: readonly RunbookSentence[]) =>
    sentences
      .filter(({ where }) => where === undefined || holds.includes(where))
      .map(({ says }) => withNames(says, names));
  return { steps: said(steps), clients: said(clients), undo: withNames(undo, names) };
}

/** Pure: a sentence with names in it; one that is not given stays in its braces. */
export function withNames(sentence: string, names: { readonly [name: string]: string }): string {
  return Object.entries(names).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), sentence);
}
