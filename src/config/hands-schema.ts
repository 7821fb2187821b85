import * as z from 'zod';
import type { MemberSpec } from '../targets/spec.ts';

const Command = z
  .array(z.string().min(1))
  .min(1, 'a command has a program at least')
  .refine(([program]) => program?.startsWith('/') === true, 'a program is named by its whole path: /usr/local/bin/…')
  .refine((words) => words.every((word) => !word.includes('\0')), 'a word of a command has no NUL in it');

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html: a managed node, and a document of one's own. */
const RunCommand = z.strictObject({
  node: z
    .string()
    .regex(/^(?:i|mi)-[0-9a-f]{8,17}$/, 'a managed node is an id like i-0123456789abcdef0 or mi-0123456789abcdef0')
    .meta({ description: 'Id under which the SSM agent of this host is registered' }),
  document: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,128}$/, 'a document is its name: 3 to 128 letters, digits, dots, hyphens and underscores')
    .refine((name) => !/^(?:aws|amazon|amzn)/i.test(name), 'a document of AWS is none of yours: it could run anything')
    .default('nightshift-rejoin')
    .meta({ description: 'Your copy of infra/postgresql/nightshift-rejoin.document.json' }),
});

/** Who has a hand on the host of a server: a program beside `nightshift serve`, without a shell, or the agent of Systems Manager there. */
export const HandsEntry = z
  .strictObject({
    rejoin: Command.optional().meta({
      description: 'Program and arguments that make this server a standby; called with stop, keep and follow',
    }),
    ssm: RunCommand.optional().meta({
      description: 'The same by Run Command of Systems Manager, also where the bot runs on Lambda',
    }),
  })
  .refine(({ rejoin, ssm }) => rejoin === undefined || ssm === undefined, 'names either a `rejoin` program or `ssm`');
export type HandsEntry = z.infer<typeof HandsEntry>;

/** The hand of a member as providers know it. */
export function handsSpec({ rejoin, ssm }: HandsEntry): Required<MemberSpec>['hands'] {
  if (ssm !== undefined) return { agent: { by: 'run-command', ...ssm } };
  return rejoin === undefined ? {} : { rejoin };
}
