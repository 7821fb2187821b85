import type { Readable, Writable } from 'node:stream';
import { confirm, intro, isCancel, select, text } from '@clack/prompts';
import type * as z from 'zod';
import { DeployFile } from '../../config/deploy-file.ts';
import { EnvironmentEntry, providersOf } from '../../config/schema.ts';
import { engines } from '../../core/engine.ts';
import { roles } from '../../core/operation.ts';
import { Answers, MemberAnswer, PersonAnswer, TargetAnswer, TimeZone, passwordPlaces } from './answers.ts';

/** The questions on a terminal; undefined is Ctrl-C. */
export type Prompts = {
  line(message: string, schema: z.ZodType, usual?: string): Promise<string | undefined>;
  choice<T extends string>(message: string, options: readonly T[]): Promise<T | undefined>;
  yes(message: string): Promise<boolean | undefined>;
};

type Place = { input?: Readable & { isTTY?: boolean }; output?: Writable };

/** Undefined where nobody sits at a terminal. */
export function openPrompts({ input = process.stdin, output = process.stdout }: Place = {}): Prompts | undefined {
  if (!input.isTTY) return undefined;
  const streams = { input, output };
  intro('Nightshift: a new stage. Ctrl-C leaves everything as it is.', streams);
  return {
    line: async (message, schema, usual) => {
      const told = usual === undefined ? {} : { placeholder: usual, defaultValue: usual };
      const validate = (typed: string | undefined): string | undefined => whyWrong(schema, typed, usual);
      return typedOr(await text({ message, ...told, validate, ...streams }));
    },
    choice: async (message, options) => {
      const chosen = await select<string>({ message, options: options.map((value) => ({ value })), ...streams });
      return isCancel(chosen) ? undefined : options.find((option) => option === chosen);
    },
    yes: async (message) => {
      const said = await confirm({ message, initialValue: false, ...streams });
      return isCancel(said) ? undefined : said;
    },
  };
}

function typedOr(typed: string | symbol): string | undefined {
  return typeof typed === 'string' ? typed.trim() : undefined;
}

function whyWrong(schema: z.ZodType, typed: string | undefined, usual: string | undefined): string | undefined {
  const value = typed?.trim() || usual;
  const parsed = schema.safeParse(value === '' ? undefined : value);
  if (parsed.success) return undefined;
  return value === undefined ? 'This one is needed.' : parsed.error.issues[0]?.message;
}

/** Left by Ctrl-C, from whichever question. */
class Left extends Error {}

/** All questions, one after the other; undefined when the person left. */
export async function askAnswers(
  prompts: Prompts,
  stage: string | undefined,
): Promise<z.input<typeof Answers> | undefined> {
  try {
    return {
      ...(await place(prompts, stage)),
      environments: await several(prompts, 'Another environment with its own channel?', () => environment(prompts)),
      people: await several(prompts, 'Another person?', () => person(prompts)),
      targets: await several(prompts, 'Another database?', () => target(prompts)),
      schedule: await schedule(prompts),
    };
  } catch (thrown) {
    if (thrown instanceof Left) return undefined;
    throw thrown;
  }
}

async function place(prompts: Prompts, stage: string | undefined) {
  const { region, vpcId, databaseCidr, operatorEmail, subnetCidrs } = DeployFile.shape;
  const [cidr] = subnetCidrs.def.items;
  return {
    stage: stage ?? (await need(prompts.line('Name of the stage', Answers.shape.stage, 'prod'))),
    region: await need(prompts.line('AWS region', region, 'eu-central-1')),
    vpcId: await need(prompts.line('VPC of the databases', vpcId)),
    subnetCidrs: [
      await need(prompts.line('A free range of that VPC for the rooms, such as 10.0.250.0/27', cidr)),
      await need(prompts.line('A second one, for another availability zone', cidr)),
    ] satisfies [string, string],
    databaseCidr: await need(prompts.line('The range in which the databases are', databaseCidr)),
    operatorEmail: await need(prompts.line('Mail address to be told when the bot itself is ill', operatorEmail)),
  };
}

async function environment(prompts: Prompts) {
  return {
    name: await need(prompts.line('Name of the environment', PersonAnswer.shape.name, 'production')),
    channel: await need(
      prompts.line('Its Slack channel id (About tab of the channel)', EnvironmentEntry.shape.channel),
    ),
  };
}

async function person(prompts: Prompts) {
  return {
    name: await need(prompts.line('A person: name', PersonAnswer.shape.name)),
    slack: await need(prompts.line('Slack member id (Profile > ⋮ > Copy member ID)', PersonAnswer.shape.slack)),
    role: await need(prompts.choice('Role', roles.toReversed())),
  };
}

async function target(prompts: Prompts) {
  const { shape } = TargetAnswer;
  const engine = await need(prompts.choice('A database: engine', engines));
  const provider = await need(prompts.choice('Who hosts it', providersOf[engine]));
  const name = await need(prompts.line('Its name, as people will type it', shape.name));
  const database =
    engine === 'postgres' ? await need(prompts.line('Database to connect to', shape.database, 'postgres')) : undefined;
  const members = await several(prompts, `Another server of ${name}?`, () => member(prompts));
  const watched = members.some(({ role }) => role === 'sentinel');
  const masterName = watched
    ? await need(prompts.line('Name of the master in Sentinel', shape.masterName, name))
    : undefined;
  const users = await otherUsers(prompts);
  const passwords = await need(prompts.choice('Where are the passwords kept (iam: signed tokens)', passwordPlaces));
  return {
    name,
    engine,
    provider,
    ...(database === undefined ? {} : { database }),
    ...(masterName === undefined ? {} : { masterName }),
    passwords,
    users,
    members,
  };
}

async function otherUsers(prompts: Prompts): Promise<TargetAnswer['users']> {
  if (!(await need(prompts.yes('Other user names than nightshift_read, nightshift_act and nightshift_copy?'))))
    return {};
  const name = PersonAnswer.shape.name.or(MemberAnswer.shape.host);
  return {
    read: await need(prompts.line('User of the read room', name)),
    act: await need(prompts.line('User of the act room', name)),
    copy: await need(prompts.line('User of the copy room', name)),
  };
}

async function member(prompts: Prompts) {
  const role = await need(prompts.choice('A server: role', ['primary', 'replica', 'sentinel'] as const));
  const host = await need(prompts.line('Host name', MemberAnswer.shape.host));
  const identifier = await need(
    prompts.line('Identifier at AWS (empty: the first part of the host)', MemberAnswer.shape.identifier, ''),
  );
  return { role, host, ...(identifier === '' ? {} : { identifier }) };
}

async function schedule(prompts: Prompts) {
  if (!(await need(prompts.yes('A health report every night at two?')))) return undefined;
  return { timezone: await need(prompts.line('In which time zone', TimeZone, 'Europe/Berlin')) };
}

async function several<T>(prompts: Prompts, more: string, ask: () => Promise<T>): Promise<T[]> {
  const all = [await ask()];
  while (await need(prompts.yes(more))) all.push(await ask());
  return all;
}

async function need<T>(answer: Promise<T | undefined>): Promise<T> {
  const given = await answer;
  if (given === undefined) throw new Left();
  return given;
}
