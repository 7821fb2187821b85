import * as z from 'zod';
import { engines } from '../core/engine.ts';
import { roles } from '../core/operation.ts';
import { CanaryEntry } from './canary-schema.ts';
import { CredentialEntry } from './credential-schema.ts';
import { HandsEntry } from './hands-schema.ts';
import { MachineEntry } from './machine-schema.ts';
import { PatroniEntry } from './patroni-schema.ts';
import { BackupEntry, BackupPlacesEntry } from './backup-schema.ts';
import { FailoverEntry } from './failover-schema.ts';
import { FenceEntry } from './fence-schema.ts';
import { QuarantineEntry } from './quarantine-schema.ts';
import { PointerEntry } from './pointer-schema.ts';
import { HysteresisEntry, WindowEntry } from './quiet-schema.ts';

/** Who hosts a target: the folders of src/providers, by the engine that they drive. */
export const providersOf = {
  postgres: ['rds', 'aurora', 'self-managed'],
  redis: ['elasticache', 'sentinel', 'cluster', 'standalone'],
} as const;

export const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
export const nameAdvice = 'a name starts with a lower-case letter and holds lower-case letters, digits and hyphens';

const Name = z.string().regex(namePattern, nameAdvice);
const SlackUser = z
  .string()
  .regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack user id looks like U0123ABCD, it is not the display name');
const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'a Slack user group id looks like S0123ABCD');
const SlackChannel = z
  .string()
  .regex(/^[CG][A-Z0-9]{2,}$/, 'a Slack channel id looks like C0123ABCD, it is not the name');

/** Entries by name. The names are verified apart, so that an ill-named entry is still looked into. */
function named<Entry extends z.ZodType>(entry: Entry) {
  return z.record(z.string(), entry).meta({ propertyNames: { pattern: namePattern.source } });
}

/** Limits by check id; the names inside are the check's own and are verified against it. */
export const Thresholds = z
  .record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])))
  .meta({
    id: 'Thresholds',
    description: 'Limits by check id; docs/checks.md lists the limits of every check with their defaults',
  });
export type Thresholds = z.infer<typeof Thresholds>;

const approvalAdvice = 'write `policy` (nobody is asked) or `{ people: N }`';
const Approval = z.union([z.literal('policy'), z.strictObject({ people: z.number().int().min(1).max(5) })], {
  error: approvalAdvice,
});
export type Approval = z.infer<typeof Approval>;

const RoleIn = z
  .record(z.string(), z.enum(roles))
  .meta({ description: "Role by environment; '*' stands for every environment" });

const HideNames = z.boolean().optional().meta({
  description:
    'PostgreSQL: pseudonyms for tables, columns, functions, schemas, roles and other databases in all that is posted or kept; docs/hidden-names.md says what stays',
});

export const EnvironmentEntry = z.strictObject({
  channel: SlackChannel.meta({ description: 'Slack channel id that reports and incidents of this environment go to' }),
  approvals: z
    .strictObject({
      writes: Approval.default('policy').meta({ description: 'Operations that no client notices' }),
      interrupts: Approval.default({ people: 1 }).meta({ description: 'Operations that clients notice' }),
      destroys: Approval.default({ people: 2 }).meta({ description: 'Operations that cannot be undone' }),
      breakGlass: z
        .boolean()
        .default(false)
        .meta({ description: 'In an emergency one approver may do without the others (/db breakglass); all are told' }),
      verbs: z.record(z.string(), Approval).default({}).meta({
        description:
          'By verb, where it is not as its risk says: switchover asks two people, failover one, and accept-loss (a failover that may lose more than the bound, or without a sure fence) two unless something else stands here',
      }),
    })
    .prefault({})
    .meta({ description: 'Who must say yes to a plan before it is carried out, by risk' }),
  failover: FailoverEntry.prefault({}).meta({
    description: 'When another server may take the place of a dead primary',
  }),
  backup: BackupEntry.optional().meta({
    description: 'What differs from the usual backups, for all its targets (docs/backups.md)',
  }),
  hideNames: HideNames,
  thresholds: Thresholds.default({}),
  hysteresis: HysteresisEntry.default({}),
});
export type EnvironmentEntry = z.infer<typeof EnvironmentEntry>;

export const PersonEntry = z.strictObject({
  slack: SlackUser.meta({ description: 'Slack user id' }),
  roles: RoleIn,
});
export type PersonEntry = z.infer<typeof PersonEntry>;

export const GroupEntry = z.strictObject({
  slack: SlackGroup.meta({ description: 'Slack user group id' }),
  roles: RoleIn,
});
export type GroupEntry = z.infer<typeof GroupEntry>;

export const MemberEntry = z.strictObject({
  role: z.enum(['primary', 'replica', 'sentinel']),
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'a host is a name or an address alone, without scheme, user or port')
    .meta({ description: 'Host name or address' }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta({ description: 'Default: 5432, 6379, or 26379 for a sentinel' }),
  identifier: z.string().min(1).optional().meta({
    description:
      "The provider's identifier, matched against alarm dimensions; under Patroni the name of the member there",
  }),
  machine: MachineEntry.optional().meta({ description: "In place of the target's" }),
  patroni: PatroniEntry.optional().meta({ description: "In place of the target's" }),
  hands: HandsEntry.optional().meta({
    description: 'PostgreSQL servers of your own: programs that have a hand on its host (docs/runbooks/rejoin.md)',
  }),
  credentials: z
    .strictObject({
      read: CredentialEntry.optional(),
      act: CredentialEntry.optional(),
      copy: CredentialEntry.optional(),
      canary: CredentialEntry.optional().meta({ description: 'May write one row, or one key, and nothing else' }),
    })
    .default({})
    .meta({ description: "One database role for each room; a missing one refuses that room's verbs" }),
});
export type MemberEntry = z.infer<typeof MemberEntry>;

export const TargetEntry = z.strictObject({
  engine: z.enum(engines),
  provider: z.enum([...providersOf.postgres, ...providersOf.redis]).meta({ description: 'Who hosts it' }),
  environment: Name,
  database: z.string().min(1).optional().meta({ description: 'PostgreSQL database to connect to' }),
  masterName: z.string().min(1).optional().meta({ description: 'The name under which the Sentinels know the primary' }),
  tls: z.boolean().default(true).meta({ description: 'Verify and encrypt; switch off only on a private wire' }),
  showKeyNames: z
    .boolean()
    .default(false)
    .meta({ description: 'Redis: `keys` names the biggest keys instead of showing their pattern and a short hash' }),
  hideNames: HideNames,
  rooms: Name.default('default').meta({ description: "The set of room functions that reaches this target's VPC" }),
  account: z
    .string()
    .regex(/^\d{12}$/, 'an AWS account is 12 digits, in quotes')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region looks like eu-central-1')
    .optional(),
  machine: MachineEntry.optional().meta({
    description: 'Servers of your own: who tells of CPU, memory, disk and network of each member',
  }),
  patroni: PatroniEntry.optional().meta({
    description:
      'PostgreSQL servers of your own that Patroni manages: its REST API, by which a switchover is asked for',
  }),
  members: named(MemberEntry),
  fence: FenceEntry.optional().meta({
    description: 'PostgreSQL: what keeps clients away from it (docs/runbooks/fence.md)',
  }),
  pointer: PointerEntry.optional().meta({
    description: 'What clients look the server up by that takes the writes (docs/runbooks/repoint.md)',
  }),
  quarantine: QuarantineEntry.optional().meta({
    description:
      'RDS: the security group without rules into which a dead primary is put (docs/runbooks/failover-rds.md)',
  }),
  canary: CanaryEntry.default(false).meta({
    description:
      'Servers of your own: the bot writes one row (Redis: one key) with each `watch`, and five times a second while it moves the writes, so that the gap and the loss are measured (docs/acting.md)',
  }),
  backup: BackupEntry.optional().meta({
    description: "What differs from the backups of its environment; each key in place of the environment's",
  }),
  alarms: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'CloudWatch alarm names that belong to this target' }),
  thresholds: Thresholds.default({}),
  hysteresis: HysteresisEntry.default({}),
});
export type TargetEntry = z.infer<typeof TargetEntry>;

export const ScheduleEntry = z.strictObject({
  operation: z.string().meta({ description: 'The verb that is run' }),
  environment: Name.optional().meta({ description: 'Every target of an environment; or give `target`' }),
  target: Name.optional().meta({ description: 'One target; or give `environment`' }),
  expression: z
    .string()
    .meta({ description: 'As EventBridge Scheduler writes it: cron(0 2 * * ? *) or rate(6 hours)' }),
  timezone: z.string().default('UTC').meta({ description: 'IANA time zone of a cron expression' }),
});
export type ScheduleEntry = z.infer<typeof ScheduleEntry>;

/** The whole of nightshift.yaml. */
export const NightshiftFile = z.strictObject({
  environments: named(EnvironmentEntry).meta({ description: 'Where targets live, and the channel that hears of them' }),
  people: named(PersonEntry).default({}).meta({ description: 'Who may ask for what; everybody else is refused' }),
  groups: named(GroupEntry).default({}).meta({
    description:
      'Slack user groups with the roles of their members; who is in one is known to Slack, and looked up again when it was five minutes ago',
  }),
  targets: named(TargetEntry).meta({ description: 'The databases under care' }),
  schedules: named(ScheduleEntry).default({}).meta({ description: 'What runs by itself' }),
  timezone: z.string().default('UTC').meta({ description: 'IANA time zone of the times on charts' }),
  windows: named(WindowEntry).default({}).meta({
    description:
      'Maintenance windows and the deploy calendar: what is expected in them is no news, and scheduled work waits',
  }),
  backups: BackupPlacesEntry.optional().meta({
    description:
      'Where backups are kept. Without it none are made; with it, of every target with `credentials.copy` whose `backup.mode` is not `off`',
  }),
  hideNames: HideNames,
  thresholds: Thresholds.default({}),
  hysteresis: HysteresisEntry.default({}),
});
export type NightshiftFile = z.infer<typeof NightshiftFile>;
