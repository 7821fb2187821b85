import { NormalizedSchema } from '@smithy/core/schema';
import type { Answer, Question } from '../http-answer.ts';
import { queryRefusal, xmlContent } from './query-answer.ts';
import type { CloudRefusal } from './refusal.ts';
import { checkAgainst, SchemaProblem, type Schema } from './schema-check.ts';
import { parseXml, type XmlElement } from './xml-element.ts';

/** The API of Route 53 by method and path; the operation's own schema says which member stands in which place. */
export const route53Routes: readonly { method: string; path: RegExp; name: string; labels: readonly string[] }[] = [
  {
    method: 'POST',
    path: /^2013-04-01\/hostedzone\/([^/]+)\/rrset$/,
    name: 'ChangeResourceRecordSets',
    labels: ['HostedZoneId'],
  },
  {
    method: 'GET',
    path: /^2013-04-01\/hostedzone\/([^/]+)\/rrset$/,
    name: 'ListResourceRecordSets',
    labels: ['HostedZoneId'],
  },
  { method: 'GET', path: /^2013-04-01\/change\/([^/]+)$/, name: 'GetChange', labels: ['Id'] },
];

export type Route = (typeof route53Routes)[number];

/** The route of a request without a target and without an action; undefined where there is none. */
export function routeOf({ method, path }: Question): Route | undefined {
  const text = pathOf(path);
  return route53Routes.find((route) => route.method === method && route.path.test(text));
}

function pathOf(path: readonly string[]): string {
  return path.filter(Boolean).join('/');
}

/** The input of a REST request with XML by the operation's own schema: labels of the path, the query, elements of the body. */
export function readRestXml(schema: Schema, { path, query, body }: Question, route: Route): Record<string, unknown> {
  const values = route.path.exec(pathOf(path))?.slice(1) ?? [];
  const labels = Object.fromEntries(route.labels.map((label, index) => [label, values[index]]));
  const inQuery = new Map(
    [...NormalizedSchema.of(schema).structIterator()].flatMap(([name, member]) => {
      const { httpQuery } = member.getMergedTraits();
      const text = typeof httpQuery === 'string' ? query.get(httpQuery) : null;
      return text === null ? [] : [[name, scalar(member, text)] as const];
    }),
  );
  const inBody = body === '' ? {} : structOf(NormalizedSchema.of(schema), parseXml(body));
  const input = { ...labels, ...Object.fromEntries(inQuery), ...inBody };
  checkAgainst(schema, input, route.name);
  return input;
}

function structOf(schema: NormalizedSchema, element: XmlElement): Record<string, unknown> {
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [xmlNameOf(member) ?? name, { name, member }]),
  );
  return Object.fromEntries(
    element.children.map((child) => {
      const found = members.get(child.name);
      if (!found) throw new SchemaProblem(`${schema.getName()} has no member ${child.name}`);
      return [found.name, valueOf(found.member, child)];
    }),
  );
}

function valueOf(schema: NormalizedSchema, element: XmlElement): unknown {
  if (schema.isStructSchema()) return structOf(schema, element);
  if (schema.isListSchema()) return element.children.map((child) => valueOf(schema.getValueSchema(), child));
  return scalar(schema, element.text);
}

function scalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isNumericSchema()) return Number(text);
  return schema.isBooleanSchema() ? text === 'true' : text;
}

function xmlNameOf(schema: NormalizedSchema): string | undefined {
  const { xmlName } = schema.getMergedTraits();
  return typeof xmlName === 'string' ? xmlName : undefined;
}

export function restXmlAnswer(operation: string, schema: Schema, output: object): Answer {
  checkAgainst(schema, output, operation);
  const body = `<${operation}Response xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${xmlContent(schema, output)}</${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

/** As those of the Query protocol: https://docs.aws.amazon.com/Route53/latest/APIReference/requests-rest-responses.html */
export const restXmlRefusal: (refusal: CloudRefusal) => Answer = queryRefusal;
