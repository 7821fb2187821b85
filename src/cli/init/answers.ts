import * as z from 'zod';
import { DeployFile, stagePattern } from '../../config/deploy-file.ts';
import {
  EnvironmentEntry,
  MemberEntry,
  PersonEntry,
  TargetEntry,
  nameAdvice,
  namePattern,
} from '../../config/schema.ts';
import { engines } from '../../core/engine.ts';
import { roles } from '../../core/operation.ts';

const Name = z.string().regex(namePattern, nameAdvice);
const UserName = z.string().min(1);
const target = TargetEntry.shape;
const member = MemberEntry.shape;

/** Where the passwords of a target are kept. */
export const passwordPlaces = ['iam', 'ssm', 'secretsmanager', 'env'] as const;

export const PersonAnswer = z.strictObject({ name: Name, slack: PersonEntry.shape.slack, role: z.enum(roles) });
export type PersonAnswer = z.infer<typeof PersonAnswer>;

export const MemberAnswer = z.strictObject({
  role: member.role,
  host: member.host,
  port: member.port,
  identifier: member.identifier,
});
export type MemberAnswer = z.infer<typeof MemberAnswer>;

export const TargetAnswer = z.strictObject({
  name: Name,
  engine: z.enum(engines),
  provider: target.provider,
  environment: Name.optional(),
  database: target.database,
  masterName: target.masterName,
  tls: z.boolean().default(true),
  passwords: z.enum(passwordPlaces),
  /** Without them: nightshift_read, nightshift_act, nightshift_copy. */
  users: z.strictObject({ read: UserName.optional(), act: UserName.optional(), copy: UserName.optional() }).default({}),
  members: z.array(MemberAnswer).min(1, 'name at least one host'),
});
export type TargetAnswer = z.infer<typeof TargetAnswer>;

export const TimeZone = z.string().refine(isTimeZone, 'is a name such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** All that `init` asks: the file of `--answers` in YAML. */
export const Answers = z.strictObject({
  stage: z.string().regex(stagePattern, 'is up to 20 lower-case letters, digits and hyphens'),
  ...DeployFile.shape,
  environments: z
    .array(z.strictObject({ name: Name, channel: EnvironmentEntry.shape.channel }))
    .min(1, 'name at least one environment with its Slack channel'),
  people: z
    .array(PersonAnswer)
    .refine((people) => people.some(({ role }) => role === 'approver'), 'name at least one approver'),
  targets: z.array(TargetAnswer).min(1, 'name at least one target'),
  schedule: z
    .strictObject({ expression: z.string().default('cron(0 2 * * ? *)'), timezone: TimeZone.default('UTC') })
    .optional(),
});
export type Answers = z.infer<typeof Answers>;
