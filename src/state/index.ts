import { createActs, type Acts } from './acts.ts';
import { createApprovals, type ApprovalStore } from './approvals.ts';
import { createAudit, type AuditLog } from './audit.ts';
import { createBrakes } from './brakes.ts';
import { createCallbacks, type Callbacks } from './callbacks.ts';
import { createClaims, type Claims } from './claims.ts';
import { createCopies, type Copies } from './copies.ts';
import { createHistory, type History } from './history.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createIntents } from './intents.ts';
import { createLocks } from './locks.ts';
import { createLogPositions, type LogPositions } from './log-positions.ts';
import { createMetrics, type MetricHistory } from './metrics.ts';
import { createMessages, type Messages } from './messages.ts';
import { createMutes, type MuteStore } from './mutes.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createNotes, type Notes } from './notes.ts';
import { createPlaces, type Places } from './places.ts';
import { createRuns, type Runs } from './runs.ts';
import { createQueue, type Queue } from './queue.ts';
import { createStatements, type StatementStore } from './statements.ts';
import { createStorms, type Storms } from './storms.ts';
import { createTurns, type Turns } from './turns.ts';
import { openDynamodbTable, type TableOptions } from './dynamodb-table.ts';
import type { StateTable } from './table.ts';
import { createUserGroups, type UserGroups } from './user-groups.ts';
import { createWriters, type Writers } from './writers.ts';
import type { Brakes } from '../core/brakes.ts';
import type { Intents } from '../core/intent.ts';
import type { Locks } from '../core/safety.ts';

/** All that is remembered, on one table. */
export type State = {
  claims: Claims;
  locks: Locks;
  approvals: ApprovalStore;
  audit: AuditLog;
  callbacks: Callbacks;
  runs: Runs;
  messages: Messages;
  incidents: Incidents;
  history: History;
  metrics: MetricHistory;
  statements: StatementStore;
  mutes: MuteStore;
  acts: Acts;
  brakes: Brakes;
  intents: Intents;
  logPositions: LogPositions;
  outbox: Outbox;
  notes: Notes;
  turns: Turns;
  places: Places;
  queue: Queue;
  storms: Storms;
  userGroups: UserGroups;
  writers: Writers;
  copies: Copies;
};

/**
 * The state on a table that is open already, or on one of DynamoDB. There nothing is sent before the first call, and without
 * `endpoint` the SDK looks for AWS_ENDPOINT_URL_DYNAMODB itself.
 */
export function openState(kept: TableOptions | StateTable): State {
  const table = 'decide' in kept ? kept : openDynamodbTable(kept);
  const locks = createLocks(table);
  return {
    claims: createClaims(table),
    locks,
    approvals: createApprovals(table, locks),
    audit: createAudit(table),
    callbacks: createCallbacks(table),
    runs: createRuns(table),
    messages: createMessages(table),
    incidents: createIncidents(table),
    history: createHistory(table),
    metrics: createMetrics(table),
    statements: createStatements(table),
    mutes: createMutes(table),
    acts: createActs(table),
    brakes: createBrakes(table),
    intents: createIntents(table),
    logPositions: createLogPositions(table),
    outbox: createOutbox(table),
    notes: createNotes(table),
    turns: createTurns(table),
    places: createPlaces(table),
    queue: createQueue(table),
    storms: createStorms(table),
    userGroups: createUserGroups(table),
    writers: createWriters(table),
    copies: createCopies(table),
  };
}
