import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { RDSClient } from '@aws-sdk/client-rds';
import type { Seen } from '../../core/check.ts';
import type { LogBudget, LogReading, LogStart, MemberLog, PostgresLogs } from '../../targets/logs.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askCloud } from '../ask-cloud.ts';
import { cloudClient, type CloudAccess } from '../cloud-access.ts';
import { measurablesOf } from './instances.ts';
import { EVENTS_RIGHT, readEvents, type LogGroup } from './log-events.ts';
import { listPortions, PORTION_RIGHTS, readPortions } from './log-portions.ts';
import { prefixOf } from './log-prefix.ts';

/** Where CloudWatch has the log of an instance. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html */
export type GroupOf = (client: RDSClient, identifier: string) => Promise<LogGroup>;

/** The logs of instances of RDS: from CloudWatch where they are published there, else in portions from RDS itself. */
export function openLogs(spec: TargetSpec, access: CloudAccess): PostgresLogs {
  return keptLogs(spec, access, async (_client, identifier) => ({
    name: `/aws/rds/instance/${identifier}/postgresql`,
    instance: identifier,
  }));
}

/** The same, wherever CloudWatch has them. */
export function keptLogs(spec: TargetSpec, access: CloudAccess, groupOf: GroupOf): PostgresLogs {
  const settings = cloudClient(spec, access);
  const clients = settings && { rds: new RDSClient(settings), events: new CloudWatchLogsClient(settings) };
  return {
    engine: 'postgres',
    name: spec.name,
    logs: measurablesOf(spec).map(({ member, identifier }) =>
      memberLog({ spec, access, clients, groupOf, member, identifier }),
    ),
    close: async () => {
      clients?.rds.destroy();
      clients?.events.destroy();
    },
  };
}

type Kept = {
  spec: TargetSpec;
  access: CloudAccess;
  clients: { rds: RDSClient; events: CloudWatchLogsClient } | undefined;
  groupOf: GroupOf;
  member: string;
  identifier: string;
};

function memberLog(kept: Kept): MemberLog {
  const { spec, access, clients, identifier } = kept;
  return {
    member: kept.member,
    form: async () => ({
      // The clock of RDS is UTC, and csvlog is only ever written beside stderr.
      sample: {
        format: 'stderr',
        prefix: clients ? await prefixOf(clients.rds, spec, identifier) : '',
        utcOffsetSeconds: 0,
      },
    }),
    files: () =>
      askCloud(spec, access, PORTION_RIGHTS, async () =>
        clients ? (await listPortions(clients.rds, identifier, 0)).map(({ marker: _marker, ...file }) => file) : [],
      ),
    read: (start, budget, take) => readKept(kept, start, budget, take),
  };
}

/** CloudWatch takes no time of the instance; where it does not have the log, or we may not ask it, RDS is asked. */
async function readKept(
  { spec, access, clients, groupOf, identifier }: Kept,
  start: LogStart,
  budget: LogBudget,
  take: (chunk: Uint8Array) => void,
): Promise<Seen<LogReading>> {
  const reader = { now: access.now, budget, take };
  const events = await askCloud<LogReading | undefined>(spec, access, [EVENTS_RIGHT], async () => {
    if (!clients) return undefined;
    return readEvents(clients.events, await groupOf(clients.rds, identifier), start, reader);
  });
  if (!clients || 'unreliable' in events || ('sample' in events && events.sample)) return events as Seen<LogReading>;
  const portions = await askCloud(spec, access, PORTION_RIGHTS, () =>
    readPortions(clients.rds, identifier, start, reader),
  );
  return 'sample' in portions || !('skipped' in events) ? portions : events;
}
