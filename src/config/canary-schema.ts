import * as z from 'zod';

/** How the canary comes to the server that takes the writes. */
export const canaryWays = ['members', 'poolers'] as const;

const CanaryWay = z.strictObject({
  by: z.enum(canaryWays).optional().meta({
    description:
      'PostgreSQL: by the addresses of the members, or through the poolers of `fence`. Default: the poolers, where there are any',
  }),
});

/** Off unless somebody wants it: one row, or one key, that the bot itself writes. */
export const CanaryEntry = z.union([z.boolean(), CanaryWay], { error: 'write `true`, `false` or `{ by: members }`' });
export type CanaryEntry = z.infer<typeof CanaryEntry>;
