import { Fault } from '../core/errors.ts';

/** Allowed values; `names` stand for the values from `from` on. */
export type FieldRange = { from: number; to: number; names?: readonly string[] };

/** The values of one cron field with `*`, lists, ranges and steps, in ascending order. Throws an `invalid_request` fault. */
export function fieldValues(field: string, text: string, range: FieldRange): number[] {
  const values = new Set(text.split(',').flatMap((part) => partValues(field, part, range)));
  return [...values].toSorted((left, right) => left - right);
}

function partValues(field: string, part: string, range: FieldRange): number[] {
  const [span = '', stepText, ...more] = part.split('/');
  const step = stepText === undefined ? 1 : Number(stepText);
  if (more.length > 0 || !Number.isInteger(step) || step < 1) throw wrong(field, part);
  const [first, last] = spanOf(field, span, range, stepText !== undefined);
  // FRI-MON goes over the end of the week.
  const end = last < first ? last + (range.to - range.from + 1) : last;
  const count = Math.floor((end - first) / step) + 1;
  return Array.from({ length: count }, (_unused, index) => wrap(first + index * step, range));
}

function spanOf(field: string, span: string, range: FieldRange, hasStep: boolean): [number, number] {
  if (span === '*') return [range.from, range.to];
  const ends = span.split('-').map((text) => valueOf(field, text, range));
  const [first, last, ...more] = ends;
  if (first === undefined || more.length > 0) throw wrong(field, span);
  return [first, last ?? (hasStep ? range.to : first)];
}

/** One number or name within the range. */
export function valueOf(field: string, text: string, { from, to, names = [] }: FieldRange): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? from + named : Number(text);
  if (text === '' || !Number.isInteger(value) || value < from || value > to) throw wrong(field, text);
  return value;
}

function wrap(value: number, { from, to }: FieldRange): number {
  return value > to ? value - (to - from + 1) : value;
}

function wrong(field: string, text: string): Fault {
  return new Fault('invalid_request', `cron: "${text}" is not a value for ${field}`);
}
