import { Fault } from './errors.ts';

/**
 * What reads the arguments of an operation: any Standard Schema that answers at once (https://standardschema.dev). Operations
 * use valibot, because the Slack function loads them while a person waits.
 */
export type ArgumentsSchema<A> = {
  readonly '~standard': { validate(typed: unknown): Validated<A> | Promise<Validated<A>> };
};
type Validated<A> = { readonly value: A; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
type Issue = { readonly message: string; readonly path?: readonly PathPart[] | undefined };
type PathPart = PropertyKey | { readonly key: PropertyKey };

/** What is wrong with one argument, in words that say what it should be. */
export type ArgumentProblem = { field: string; message: string };

/** Reads typed words or a form's values (strings by field name). */
export function readArguments<A>(
  schema: ArgumentsSchema<A>,
  typed: unknown,
): { args: A } | { problems: readonly ArgumentProblem[] } {
  const read = schema['~standard'].validate(typed);
  if (read instanceof Promise) throw new TypeError('the arguments of an operation are read at once');
  if (!read.issues) return { args: read.value };
  return { problems: read.issues.map(({ path = [], message }) => ({ field: path.map(nameOf).join('.'), message })) };
}

/** Reads arguments that were read before they were sent. Throws `invalid_request` when they are wrong all the same. */
export function argumentsOf<A>(schema: ArgumentsSchema<A>, sent: unknown): A {
  const read = readArguments(schema, sent);
  if ('args' in read) return read.args;
  throw new Fault('invalid_request', `Arguments: ${problemsInWords(read.problems).join('; ')}.`);
}

/** One sentence for each problem: `pid: a process id is …`. */
export function problemsInWords(problems: readonly ArgumentProblem[]): string[] {
  return problems.map(({ field, message }) => `${field}: ${message}`);
}

function nameOf(part: PathPart): string {
  return String(typeof part === 'object' ? part.key : part);
}
