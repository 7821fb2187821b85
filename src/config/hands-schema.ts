import * as z from 'zod';

const Command = z
  .array(z.string().min(1))
  .min(1, 'a command has a program at least')
  .refine(([program]) => program?.startsWith('/') === true, 'a program is named by its whole path: /usr/local/bin/…')
  .refine((words) => words.every((word) => !word.includes('\0')), 'a word of a command has no NUL in it');

/** Programs that `nightshift serve` starts, without a shell, each with what is asked of it as its last argument. */
export const HandsEntry = z.strictObject({
  rejoin: Command.optional().meta({
    description: 'Program and arguments that make this server a standby; called with stop, keep and follow',
  }),
});
