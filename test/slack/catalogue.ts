import type { OperationSummary } from '../../src/core/operation.ts';
import type { Catalogue } from '../../src/slack/command.ts';

const common = {
  title: 'A title',
  why: 'Somebody wants to know.',
  engines: ['postgres', 'redis'],
  examples: [],
} as const;

function field(name: string, required: boolean) {
  return { name, label: name.toUpperCase(), hint: `a ${name}`, required };
}

const operations: readonly OperationSummary[] = [
  { ...common, id: 'help', risk: 'reads', scope: 'none', fields: [field('verb', false)] },
  { ...common, id: 'fleet', risk: 'reads', scope: 'none', fields: [] },
  { ...common, id: 'health', risk: 'reads', scope: 'environment', fields: [] },
  {
    ...common,
    id: 'slow',
    risk: 'reads',
    scope: 'target',
    engines: ['postgres'],
    fields: [field('since', false), field('top', false)],
  },
  {
    ...common,
    id: 'end',
    risk: 'interrupts',
    scope: 'target',
    engines: ['postgres'],
    fields: [field('pid', true), field('reason', false)],
  },
  {
    ...common,
    id: 'mute',
    risk: 'writes',
    scope: 'target',
    fields: [field('what', true), field('for', true), { ...field('reason', true), takesRest: true }],
  },
];

/** Verbs and names as a small team has them. */
export const catalogue: Catalogue = {
  operations,
  targets: [
    { name: 'orders-db', engine: 'postgres', environment: 'production' },
    { name: 'shop-db', engine: 'postgres', environment: 'laptop' },
    { name: 'shop-cache', engine: 'redis', environment: 'laptop' },
  ],
  environments: ['production', 'laptop'],
};

export function operation(id: string): OperationSummary {
  const found = operations.find((one) => one.id === id);
  if (!found) throw new Error(`no operation ${id}`);
  return found;
}
