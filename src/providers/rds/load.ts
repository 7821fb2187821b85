import { GetResourceMetricsCommand, PIClient, type MetricKeyDataPoints } from '@aws-sdk/client-pi';
import { normaliseSql } from '../../core/sql.ts';
import type { LoadShare, PostgresLoad } from '../../targets/cloud.ts';
import type { CloudClient } from '../cloud-access.ts';
import type { Described } from './instances.ts';
import { machineCpus } from './machine-memory.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsperformanceinsights.html */
export const LOAD_RIGHT = { action: 'pi:GetResourceMetrics', resource: 'metrics/rds/*' } as const;

const WINDOW_SECONDS = 15 * 60;
const PERIOD_SECONDS = 60;
const METRIC = 'db.load.avg';
const WAITS = { group: 'db.wait_event', most: 5 };
const STATEMENTS = { group: 'db.sql_tokenized', most: 3 };
/** Longer statements help nobody on a phone; Performance Insights itself cuts them at 500 bytes. */
const STATEMENT_CHARACTERS = 300;

/** What the sessions of each instance waited for, one call for each instance that records it. */
export async function loadOf(
  settings: CloudClient,
  described: readonly Described[],
  nowMs: number,
): Promise<PostgresLoad[]> {
  const client = new PIClient(settings);
  try {
    return await Promise.all(described.map((one) => instanceLoad(client, one, nowMs)));
  } finally {
    client.destroy();
  }
}

async function instanceLoad(
  client: PIClient,
  { member, identifier, instance }: Described,
  nowMs: number,
): Promise<PostgresLoad> {
  const { PerformanceInsightsEnabled: isOn, DbiResourceId, DBInstanceClass = '' } = instance;
  const about = { member, identifier, cpus: machineCpus(DBInstanceClass) };
  if (isOn !== true || DbiResourceId === undefined) return { ...about, recorded: null };
  const endMs = Math.floor(nowMs / (PERIOD_SECONDS * 1000)) * PERIOD_SECONDS * 1000;
  const { MetricList = [] } = await client.send(
    new GetResourceMetricsCommand({
      ServiceType: 'RDS',
      Identifier: DbiResourceId,
      StartTime: new Date(endMs - WINDOW_SECONDS * 1000),
      EndTime: new Date(endMs),
      PeriodInSeconds: PERIOD_SECONDS,
      MetricQueries: [WAITS, STATEMENTS].map(({ group, most }) => ({
        Metric: METRIC,
        GroupBy: { Group: group, Limit: most },
      })),
    }),
  );
  return { ...about, recorded: recordedIn(MetricList) };
}

/**
 * Pure: https://docs.aws.amazon.com/performance-insights/latest/APIReference/API_GetResourceMetrics.html: one series for each
 * value of the dimension, and one without dimensions for all sessions.
 */
function recordedIn(all: readonly MetricKeyDataPoints[]): PostgresLoad['recorded'] {
  const total = all.find(({ Key }) => Key?.Dimensions === undefined);
  const points = valuesOf(total);
  const sessions = meanOf(points);
  if (sessions === undefined) return { sessions: null, overSeconds: WINDOW_SECONDS, waits: [], statements: [] };
  const shares = (dimension: string, words: (dimensions: Record<string, string>) => string): LoadShare[] =>
    all
      .flatMap((one) => {
        const dimensions = one.Key?.Dimensions;
        if (dimensions?.[dimension] === undefined) return [];
        // A minute without such a session has no point of its own.
        const sum = valuesOf(one).reduce((added, value) => added + value, 0);
        return [{ what: words(dimensions), sessions: sum / points.length }];
      })
      .toSorted((a, b) => b.sessions - a.sessions);
  return {
    sessions,
    overSeconds: WINDOW_SECONDS,
    waits: shares('db.wait_event.name', waitName),
    statements: shares('db.sql_tokenized.statement', ({ 'db.sql_tokenized.statement': text = '' }) =>
      normaliseSql(text, STATEMENT_CHARACTERS),
    ),
  };
}

/** `Lock:transactionid`, `CPU`: as PostgreSQL has them, https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE */
function waitName({ 'db.wait_event.name': name = '', 'db.wait_event.type': type }: Record<string, string>): string {
  return type === undefined || type === name || name.includes(':') ? name : `${type}:${name}`;
}

function valuesOf(one: MetricKeyDataPoints | undefined): number[] {
  return (one?.DataPoints ?? []).flatMap(({ Value }) => (Value !== undefined && Number.isFinite(Value) ? [Value] : []));
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
