import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PackagedTemplate } from './packaged.ts';

const spec = loadAwsServiceSpecSync();

type Shape =
  | { type: 'string' | 'number' | 'integer' | 'boolean' | 'json' | 'date-time' | 'null' | 'tag' | 'map' }
  | { type: 'array'; element: Shape }
  | { type: 'ref'; reference: { $ref: string } }
  | { type: 'union'; types: readonly Shape[] };
type Properties = { readonly [name: string]: { type: Shape; required?: boolean } };

/** What CloudFormation would refuse: unknown types and properties, wrong types, missing ones, references to nothing. */
export function cloudFormationProblems(template: PackagedTemplate): string[] {
  const found = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type.startsWith('Custom::')) return [];
    const resource = spec.lookup('resource', 'cloudFormationType', 'equals', Type)[0];
    if (!resource) return [`${id}: there is no type ${Type}`];
    return properties(id, resource.properties, Properties ?? {});
  });
  return [...found, ...dangling(template)];
}

function properties(path: string, known: Properties, given: unknown): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [`${path}: an object is expected`];
  const values = given as { readonly [name: string]: unknown };
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && !(name in values))
    .map(([name]) => `${path}: ${name} is required`);
  const wrong = Object.entries(values).flatMap(([name, value]) => {
    const property = known[name];
    return property
      ? valueProblems(`${path}.${name}`, property.type, value)
      : [`${path}: there is no property ${name}`];
  });
  return [...missing, ...wrong];
}

function valueProblems(path: string, shape: Shape, value: unknown): string[] {
  if (isIntrinsic(value)) return [];
  switch (shape.type) {
    case 'string':
      return ['string', 'number', 'boolean'].includes(typeof value) ? [] : [`${path}: a string is expected`];
    case 'number':
    case 'integer':
      return value !== '' && !Number.isNaN(Number(value)) ? [] : [`${path}: a number is expected`];
    case 'boolean':
      return ['true', 'false'].includes(String(value)) ? [] : [`${path}: a boolean is expected`];
    case 'array':
      if (!Array.isArray(value)) return [`${path}: a list is expected`];
      return value.flatMap((item, index) => valueProblems(`${path}[${index}]`, shape.element, item));
    case 'ref': {
      const definition = spec.get('typeDefinition', shape.reference.$ref);
      return properties(path, definition.properties, value);
    }
    default:
      return [];
  }
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [key = '', ...more] = Object.keys(value);
  return more.length === 0 && /^(?:Ref|Condition|Fn::\w+)$/.test(key);
}

function dangling({ Resources, Parameters = {} }: PackagedTemplate): string[] {
  const ids = new Set([...Object.keys(Resources), ...Object.keys(Parameters)]);
  const problems: string[] = [];
  JSON.stringify(Resources, (key, value: unknown) => {
    for (const name of referenced(key, value))
      if (!ids.has(name)) problems.push(`${key} names ${name}, which is not there`);
    return value;
  });
  return problems;
}

function referenced(key: string, value: unknown): string[] {
  if (key === 'Ref') return typeof value === 'string' && !value.startsWith('AWS::') ? [value] : [];
  if (key === 'Fn::GetAtt') return [String(Array.isArray(value) ? value[0] : String(value).split('.')[0])];
  if (key !== 'Fn::Sub' || typeof value !== 'string') return [];
  return [...value.matchAll(/\$\{([A-Za-z0-9]+)(?:\.[\w.]+)?\}/g)].map(([, name = '']) => name);
}
