import type { BackupPlaces } from '../core/backup-policy.ts';
import type { Json } from '../core/json.ts';
import type { Role } from '../core/operation.ts';
import type { Hysteresis } from '../core/quiet.ts';
import type { ApprovalRule, FailoverLimits } from '../core/safety.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { WindowSpec } from './windows.ts';

export type AskedRisk = 'writes' | 'interrupts' | 'destroys';

export type EnvironmentSpec = {
  name: string;
  /** Slack channel id. */
  channel: string;
  approvals: Readonly<Record<AskedRisk, ApprovalRule>> & {
    verbs: Readonly<Record<string, ApprovalRule>>;
    breakGlass: boolean;
  };
  failover: FailoverLimits;
};

/** A role in one environment, or in all of them (`*`). */
export type RoleIn = { environment: string; role: Role };

/** A person (Slack user id) or a user group (Slack user group id). */
export type Member = { name: string; slack: string; roles: readonly RoleIn[] };

export type ScheduleSpec = {
  name: string;
  operation: string;
  /** A target or an environment. */
  subject: string;
  /** As typed; absent is none. */
  args?: { readonly [name: string]: string };
  /** As EventBridge Scheduler writes it. */
  expression: string;
  /** IANA name. */
  timezone: string;
};

/** nightshift.yaml, verified and resolved. */
export type Config = {
  /** SHA-256 of the file's text, in hex. */
  hash: string;
  /** IANA name; for the times on charts. */
  timezone: string;
  environments: readonly EnvironmentSpec[];
  people: readonly Member[];
  groups: readonly Member[];
  targets: readonly TargetSpec[];
  schedules: readonly ScheduleSpec[];
  /** The limits that were set for a check on a target; the check's own schema fills in the rest. */
  limits(target: string, check: string): Json;
  windows: readonly WindowSpec[];
  /** Absent where none are made. */
  backups?: BackupPlaces;
  /** How many looks in a row were set for a check on a target; the check's own, or the usual ones, fill in the rest. */
  hysteresis(target: string, check: string): Partial<Hysteresis>;
};
