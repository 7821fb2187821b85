/** One thing wrong with the config, for the person who mends it. Values are never repeated, because they may be secrets. */
export type Problem = {
  /** Where in the file: `targets.shop-db.members.shop-db-1.port`. */
  path: string;
  message: string;
  /** What was probably meant. */
  suggestion?: string;
  /** Line of the file, from 1. */
  line?: number;
};

/** A problem before its place in the text was looked up. */
export type Misfit = { at: readonly PropertyKey[]; message: string; suggestion?: string | undefined };

/** `line 12 · targets.shop-db.engin: unknown key (did you mean engine?)`. */
export function problemText(problem: Problem): string {
  const where = problem.line === undefined ? '' : `line ${problem.line} · `;
  const hint = problem.suggestion === undefined ? '' : ` (did you mean ${problem.suggestion}?)`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${where}${path}${problem.message}${hint}`;
}

/** Keys joined by dots; a key that holds a dot itself stands in brackets. */
export function pathText(at: readonly PropertyKey[]): string {
  return at.reduce<string>((text, key) => {
    const word = String(key);
    if (typeof key === 'number') return `${text}[${word}]`;
    if (/[^\w*-]/.test(word)) return `${text}["${word}"]`;
    return text === '' ? word : `${text}.${word}`;
  }, '');
}

/** All problems, one a line. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map(problemText).join('\n');
}
