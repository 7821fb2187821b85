import { control, read, type RunContext, type TargetName } from '../../core/operation.ts';
import type { Order, StatementComparison, StatementText } from '../../core/statement.ts';
import type { PostgresCloud, PostgresLoad } from '../../targets/cloud.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { countPostgres } from './count-postgres.ts';
import { countRedis } from './count-redis.ts';
import { whyOf } from '../explain/why.ts';
import type { Why } from '../explain/why-types.ts';
import { withinAnswer, type Counting } from './counting.ts';
import { statementTexts, type Texts } from './statement-texts.ts';

/** What a room counts, and the texts of what is not known yet. */
export const steps = {
  count: read((target: AnyTarget, _args: null): Promise<Counting> => count(target)),
  texts: read((target: AnyTarget, ids: string[]): Promise<Texts> => texts(target, ids)),
  load: control((cloud: PostgresCloud, _args: null) => cloud.load()),
  why: read((target: AnyTarget, ids: string[]): Promise<{ [id: string]: Why }> => why(target, ids)),
};

async function count(target: AnyTarget): Promise<Counting> {
  return withinAnswer(target.engine === 'postgres' ? await countPostgres(target) : await countRedis(target));
}

async function texts(target: AnyTarget, ids: string[]): Promise<Texts> {
  return target.engine === 'postgres' ? statementTexts(target, ids) : { texts: ids.map(commandText), left: [] };
}

async function why(target: AnyTarget, ids: string[]): Promise<{ [id: string]: Why }> {
  return target.engine === 'postgres' ? whyOf(target, { ids }) : {};
}

/** A command is its own shape. */
function commandText(id: string): StatementText {
  return { id, shape: id, text: id.replace('redis:', '').replace('|', ' ').toUpperCase(), tags: {} };
}

/** Texts come in pieces; after so many the rest waits for the next look. */
const MOST_PIECES = 6;
/** Of each second: less than this explains nothing. The limit of postgres.statements, which the config can set. */
const LEAST_LOAD_RATIO = 0.002;

type Context = Pick<
  RunContext<typeof steps>,
  'steps' | 'unknownStatements' | 'compareStatements' | 'limits' | 'startedAt'
>;
export type Looked = { counting: Counting; comparisons: readonly StatementComparison[] };

/** Counts the statements of a target, keeps what was counted, and compares the last `sinceSeconds` with what is usual, or with `comparedSeconds` before. */
export async function lookAtStatements(
  context: Context,
  target: TargetName,
  { sinceSeconds, by, comparedSeconds }: { sinceSeconds: number; by: Order; comparedSeconds?: number },
): Promise<Looked> {
  const counting = await context.steps.count(target, null);
  const { looks } = counting;
  if (looks.length === 0) return { counting, comparisons: [] };
  const ids = [...new Set(looks.flatMap(({ rows }) => rows.map(([id]) => id)))];
  const known = await readTexts(context, target, await context.unknownStatements(target, ids));
  const until =
    looks
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? context.startedAt;
  const since = new Date(Date.parse(until) - sinceSeconds * 1000).toISOString();
  const compared = comparedSeconds === undefined ? {} : { comparedSeconds };
  const ask = { since, until, by, leastLoadRatio: leastLoadRatio(context, target), ...compared };
  return { counting, comparisons: await context.compareStatements(target, looks, known, ask) };
}

/** What sessions wait for, where a cloud records it; nothing where it does not, which the health report says. */
export async function waitsOf(
  { steps: { load } }: Pick<RunContext<typeof steps>, 'steps'>,
  target: TargetName,
): Promise<readonly PostgresLoad[]> {
  if (target.engine !== 'postgres' || target.cloud !== true) return [];
  const seen = await load(target, null);
  return 'sample' in seen ? seen.sample : [];
}

async function readTexts(context: Context, target: TargetName, unknown: readonly string[]): Promise<StatementText[]> {
  const known: StatementText[] = [];
  let left = [...unknown];
  for (let piece = 0; piece < MOST_PIECES && left.length > 0; piece++) {
    const answer = await context.steps.texts(target, left);
    known.push(...answer.texts);
    left = answer.left;
  }
  return known;
}

function leastLoadRatio(context: Context, target: TargetName): number {
  const limits = context.limits(target, 'postgres.statements');
  const set =
    limits !== null && typeof limits === 'object' && 'leastLoadRatio' in limits ? limits['leastLoadRatio'] : undefined;
  return typeof set === 'number' ? set : LEAST_LOAD_RATIO;
}
