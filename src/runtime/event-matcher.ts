import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Fault } from '../core/errors.ts';

/** A value of an event: text, number, true, false, null, or absent. */
export type Leaf = string | number | boolean | null | undefined;
type Test = (value: Leaf) => boolean;

/**
 * One element of a pattern's array as a test of one value.
 * Operators: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function leafTest(matcher: unknown): Test {
  if (typeof matcher !== 'object' || matcher === null) return (value) => value === matcher;
  const [entry, ...more] = Object.entries(matcher);
  if (entry === undefined || more.length > 0) throw unknownMatcher(matcher);
  const [operator, operand] = entry;
  const test = operators[operator]?.(operand);
  if (test === undefined) throw unknownMatcher(matcher);
  return test;
}

const operators: { readonly [name: string]: (operand: unknown) => Test | undefined } = {
  exists: (operand) => (typeof operand === 'boolean' ? (value) => (value !== undefined) === operand : undefined),
  prefix: (operand) => affix(operand, (value, part) => value.startsWith(part)),
  suffix: (operand) => affix(operand, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (operand) => onText(operand, (value, other) => value.toLowerCase() === other.toLowerCase()),
  wildcard: (operand) => (typeof operand === 'string' ? wildcard(operand) : undefined),
  numeric: (operand) => (Array.isArray(operand) ? numeric(operand) : undefined),
  cidr: (operand) => (typeof operand === 'string' ? cidr(operand) : undefined),
  'anything-but': anythingBut,
};

/** True for a value that is there and that none of the operands describes. */
function anythingBut(operand: unknown): Test {
  const tests = Array.isArray(operand) ? operand.map(leafTest) : inner(operand).map(leafTest);
  return (value) => value !== undefined && !tests.some((test) => test(value));
}

/** `{ prefix: [a, b] }` means either. */
function inner(operand: unknown): unknown[] {
  if (typeof operand !== 'object' || operand === null) return [operand];
  return Object.entries(operand).flatMap(([operator, values]) =>
    (Array.isArray(values) && operator !== 'numeric' ? values : [values]).map((value) => ({ [operator]: value })),
  );
}

function onText(operand: unknown, compare: (value: string, other: string) => boolean): Test | undefined {
  if (typeof operand !== 'string') return undefined;
  return (value) => typeof value === 'string' && compare(value, operand);
}

function affix(operand: unknown, compare: (value: string, part: string) => boolean): Test | undefined {
  if (typeof operand !== 'object' || operand === null) return onText(operand, compare);
  const { 'equals-ignore-case': part }: { 'equals-ignore-case'?: unknown } = operand;
  return onText(part, (value, other) => compare(value.toLowerCase(), other.toLowerCase()));
}

function wildcard(pattern: string): Test {
  const parts = pattern.match(/\\[*\\]|\*|[^*\\]+|\\/g) ?? [];
  const source = parts.map((part) =>
    part === '*' ? '.*' : part.replace(/^\\(?=[*\\])/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const expression = new RegExp(`^${source.join('')}$`, 's');
  return (value) => typeof value === 'string' && expression.test(value);
}

const comparisons: { readonly [operator: string]: (value: number, limit: number) => boolean } = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numeric(operand: readonly unknown[]): Test | undefined {
  const [operator, limit, ...rest] = operand;
  const compare = comparisons[String(operator)];
  if (compare === undefined || typeof limit !== 'number') return undefined;
  const others = rest.length > 0 ? numeric(rest) : () => true;
  if (others === undefined) return undefined;
  return (value) => typeof value === 'number' && compare(value, limit) && others(value);
}

function cidr(range: string): Test | undefined {
  const [network = '', bits] = range.split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  if (bits === undefined || !(isIPv4(network) || isIPv6(network))) return undefined;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return (value) =>
    typeof value === 'string' && (isIPv4(value) || isIPv6(value)) && list.check(value, isIPv4(value) ? 'ipv4' : 'ipv6');
}

function unknownMatcher(matcher: object): Fault {
  return new Fault('invalid_request', `event pattern: unknown matcher ${JSON.stringify(matcher)}`);
}
