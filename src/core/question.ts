/** What a question about the set-up found. `fix` is the exact command, statement or setting that mends it. */
export type Answer = { ok: string } | { problem: string; fix: string } | { skipped: string; fix?: string };

/** One question about the set-up. It looks and changes nothing; what it throws is an answer, too: it could not look. */
export type Question = {
  /** `slack.scopes`, `target.orders-db.grants.read`: group, then what is asked. */
  id: string;
  /** What is asked, in a few words. */
  title: string;
  /** How long its answer is waited for, in milliseconds, where that is longer than for the others: work of this machine alone. */
  patienceMs?: number;
  ask(): Promise<Answer>;
};

/** A question with its answer. */
export type Answered = { id: string; title: string; answer: Answer };

/** A skipped answer, with its fix where there is one. */
export function skipped(reason: string, fix?: string): Answer {
  return { skipped: reason, ...(fix === undefined ? {} : { fix }) };
}
