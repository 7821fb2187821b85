import type { OperationSummary } from '../core/operation.ts';
import { context, section, sections, type Rendered } from './blocks.ts';
import { append, type Piece } from './fit.ts';
import { inline } from './mrkdwn.ts';

/** What is shown to a person who typed something that cannot be done. */
export type Problem = { problem: string; suggestions: readonly string[] };
/** `whyNot` answers, for the person who asks, why an operation is not theirs to run; undefined when it is. */
export type HelpView = {
  operations: readonly OperationSummary[];
  verb?: string;
  whyNot?: (operation: string) => string | undefined;
};

/** How an operation is typed: `/db end <target> <pid> [reason]`. */
export function usage(operation: OperationSummary): string {
  const subject = { none: '', target: ' <target>', environment: ' <target | environment>' }[operation.scope];
  const fields = operation.fields.map((field) => (field.required ? ` <${field.name}>` : ` [${field.name}]`));
  return `/db ${operation.id}${subject}${fields.join('')}`;
}

/** All verbs, or one of them with its arguments and examples. */
export function renderHelp(view: HelpView): Rendered {
  const one = view.operations.find((operation) => operation.id === view.verb);
  return one ? helpWithOne(one, view) : helpWithAll(view);
}

function helpWithAll(view: HelpView): Rendered {
  const line = 'I look after your databases. `/db` alone shows them all; `/db help <verb>` tells more.';
  const text = line.replace('<verb>', '&lt;verb&gt;');
  const pieces: Piece[] = view.operations.map((operation) => {
    const entry = `\`${inline(usage(operation), 200)}\` ${inline(operation.title, 200)}${mark(operation, view)}`;
    return { noun: 'verb', count: 1, text: entry, blocks: [section(entry)] };
  });
  return { ...append({ text, blocks: [section(text)] }, pieces), thread: [] };
}

function mark(operation: OperationSummary, view: HelpView): string {
  const risk = operation.risk === 'reads' ? '' : ` · ${operation.risk}`;
  return view.whyNot?.(operation.id) === undefined ? risk : `${risk} · not yours to run`;
}

function helpWithOne(operation: OperationSummary, view: HelpView): Rendered {
  const line = `\`${inline(usage(operation), 300)}\` ${inline(operation.title, 200)}`;
  const why = view.whyNot?.(operation.id);
  const may = why === undefined ? 'You may run this.' : `You may not run this: ${inline(why, 300)}`;
  const fields = operation.fields.map(
    (field) => `\`${inline(field.name, 60)}\` ${inline(field.label, 120)}${field.hint ? `: ${inline(field.hint, 200)}` : ''}`,
  );
  const examples = operation.examples.map((example) => `\`${inline(example, 200)}\``);
  const body = [inline(operation.why, 500), ...fields, ...(examples.length > 0 ? [`For example: ${examples.join(', ')}`] : [])];
  const facts = `For ${operation.engines.join(' and ')} · ${operation.risk} · ${may}`;
  return { text: line, blocks: [section(line), ...sections(body.join('\n')), context(facts)], thread: [] };
}

/** A clear sentence about what was typed, with what was probably meant. */
export function renderProblem(problem: Problem): Rendered {
  const line = `:grey_question: ${inline(problem.problem, 600)}`;
  const meant = problem.suggestions.slice(0, 5).map((suggestion) => `\`${inline(suggestion, 200)}\``);
  const hint = meant.length > 0 ? `Did you mean ${meant.join(' or ')}?` : 'Try `/db help`.';
  return { text: line, blocks: [section(line), context(hint)], thread: [] };
}
