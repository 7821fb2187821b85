import type { Changed } from '../../core/changed.ts';
import { countText, listText } from '../wording.ts';

/** A table (with its columns) or an index (with its table); names as SQL writes them, pages where it is one of the largest. */
export type Relation = readonly [
  oid: number,
  schema: string,
  name: string,
  columns: number | null,
  table: string | null,
  pages: number,
];
export type SchemaSample = {
  /** Tables and indexes of all schemas. */
  total: number;
  schemas: readonly { schema: string; tables: number; indexes: number; columns: number }[];
  /** Youngest first. */
  relations: readonly Relation[];
  /** From this object id on every relation is in the list; 0: all of them are. */
  completeFrom: number;
};

/** What is slower without an index. */
const READING = [
  'postgres.long-transactions',
  'postgres.io',
  'postgres.machine',
  'postgres.load',
  'postgres.cache-hit',
  'postgres.connections',
  'postgres.missing-indexes',
  'postgres.temp-files',
  'postgres.locks',
];
/** What an index costs while it is built and afterwards. */
const BUILDING = [
  'postgres.locks',
  'postgres.disk',
  'postgres.io',
  'postgres.machine',
  'postgres.checkpoints',
  'postgres.replication-lag',
  'postgres.replication-slots',
  'postgres.duplicate-indexes',
  'postgres.invalid-indexes',
];
/** Beyond, they are told together. */
const MOST_NAMED = 3;

/** Pure: relations that came, went or have other columns; where they cannot be named, how many more or fewer there are. */
export function schemaChanges(good: SchemaSample, now: SchemaSample, leastUnnamed: number): Changed[] {
  const [then, is] = [byOid(good), byOid(now)];
  const created = now.relations.filter((one) => !then.has(one[0]) && isNew(one, good));
  const gone = good.relations.filter((one) => !is.has(one[0]));
  const dropped = gone.filter((one) => isGone(one, { gone, created, good, now }));
  const unnamed = now.total - good.total - created.length + dropped.length;
  const rebuilt = created.filter((one) => isIndex(one) && dropped.some((other) => isSameName(one, other)));
  const other = (one: Relation) => !rebuilt.some((again) => isSameName(one, again));
  return [
    ...told(ownOnly(dropped).filter(other), 'dropped'),
    ...told(ownOnly(created).filter(other), 'new'),
    ...toldOf(ownOnly(rebuilt), 'index', 'built again'),
    ...now.relations.flatMap((one) => otherColumns(then.get(one[0]), one)),
    ...(Math.abs(unnamed) >= leastUnnamed ? countChange(unnamed) : []),
  ];
}

function byOid({ relations }: SchemaSample): ReadonlyMap<number, Relation> {
  return new Map(relations.map((one) => [one[0], one]));
}

/** Object ids grow: what is younger than the youngest one of then was made since. */
function isNew([oid]: Relation, good: SchemaSample): boolean {
  return good.completeFrom === 0 || oid > (good.relations[0]?.[0] ?? 0);
}

type Difference = { gone: readonly Relation[]; created: readonly Relation[]; good: SchemaSample; now: SchemaSample };

/**
 * One of the youngest that is missing is gone for certain. One of the largest may only have been overtaken: it is gone where no
 * more of its kind are missing than the counts of its schema say.
 */
function isGone(one: Relation, { gone, created, good, now }: Difference): boolean {
  if (one[0] >= now.completeFrom) return true;
  const missing = gone.filter((other) => isAlike(one, other)).length;
  const lost = countLike(one, good) - countLike(one, now) + created.filter((other) => isAlike(one, other)).length;
  return missing <= lost;
}

function isIndex([, , , , table]: Relation): boolean {
  return table !== null;
}

/** REINDEX CONCURRENTLY, a new type of a column and the like give an index of the same name another object id. */
function isSameName([, schema, name, , table]: Relation, [, otherSchema, otherName, , otherTable]: Relation): boolean {
  return schema === otherSchema && name === otherName && table === otherTable;
}

function isAlike([, schema, , , table]: Relation, [, otherSchema, , , otherTable]: Relation): boolean {
  return schema === otherSchema && (table === null) === (otherTable === null);
}

function countLike([, schema, , , table]: Relation, { schemas }: SchemaSample): number {
  const count = schemas.find((one) => one.schema === schema);
  return (table === null ? count?.tables : count?.indexes) ?? 0;
}

/** The indexes of a table that came or went say nothing more. */
function ownOnly(relations: readonly Relation[]): Relation[] {
  const tables = new Set(
    relations.flatMap(([, schema, name, , table]) => (table === null ? [`${schema}.${name}`] : [])),
  );
  return relations.filter(([, schema, , , table]) => table === null || !tables.has(`${schema}.${table}`));
}

type What = 'dropped' | 'new' | 'built again';

function told(relations: readonly Relation[], what: 'dropped' | 'new'): Changed[] {
  const indexes = relations.filter(([, , , , table]) => table !== null);
  const tables = relations.filter(([, , , , table]) => table === null);
  return [...toldOf(indexes, 'index', what), ...toldOf(tables, 'table', what)];
}

function toldOf(relations: readonly Relation[], noun: 'index' | 'table', what: What): Changed[] {
  const about = {
    kind: 'schema' as const,
    size: what === 'dropped' ? 1 : 0.4,
    ...(noun === 'table' ? {} : { explains: what === 'dropped' ? READING : BUILDING }),
  };
  if (relations.length <= MOST_NAMED) {
    return relations.map((one) => ({
      ...about,
      id: `${what}:${one[1]}.${one[2]}`,
      sentence: sentenceOf(one, what),
      objects: objectsOf(one),
    }));
  }
  const names = relations.map(([, schema, name]) => `\`${schema}.${name}\``);
  const count = countText(relations.length, noun).replace('indexs', 'indexes');
  const sentence = `${count} ${what === 'new' ? 'are new' : `were ${what}`}: ${listText(names)}`;
  return [{ ...about, id: `${what}:${noun}`, sentence, objects: relations.slice(0, 20).flatMap(objectsOf) }];
}

function objectsOf([, schema, name, , table]: Relation): string[] {
  return [`${schema}.${name}`, ...(table === null ? [] : [`${schema}.${table}`])];
}

function sentenceOf([, schema, name, columns, table]: Relation, what: What): string {
  const called = table === null ? `table \`${schema}.${name}\`` : `index \`${schema}.${name}\` on \`${table}\``;
  if (what !== 'new') return `${called} was ${what}`;
  return table === null ? `${called} is new, with ${countText(columns ?? 0, 'column')}` : `${called} is new`;
}

function otherColumns(then: Relation | undefined, one: Relation): Changed[] {
  const [oid, schema, name, columns] = one;
  const was = then?.[3] ?? null;
  if (columns === null || was === null || was === columns) return [];
  const sentence = `table \`${schema}.${name}\` has ${countText(columns, 'column')} instead of ${was}`;
  const size = columns < was ? 0.8 : 0.5;
  return [{ id: `columns:${oid}`, kind: 'schema', sentence, size, objects: objectsOf(one) }];
}

/** What nobody can name is at least counted. */
function countChange(unnamed: number): Changed[] {
  const many = `${Math.abs(unnamed).toLocaleString('en-US')} ${Math.abs(unnamed) === 1 ? 'table or index' : 'tables and indexes'}`;
  const sentence = unnamed < 0 ? `${many} fewer, too old and small to be named` : `${many} more`;
  return [{ id: 'count', kind: 'schema', sentence, size: unnamed < 0 ? 0.6 : 0.3 }];
}
