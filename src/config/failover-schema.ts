import * as z from 'zod';

export const FailoverEntry = z.strictObject({
  minOutageSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(120)
    .meta({ description: 'A primary has to be dead for so long, watched all the time, before anybody is asked' }),
  lossBytes: z.number().int().min(0).optional().meta({
    description:
      'So many bytes of log may be lost without anybody accepting it, where they are known. Default: 0, unless lossSeconds is set',
  }),
  lossSeconds: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'What was acknowledged in so many seconds may be lost without anybody accepting it' }),
});
export type FailoverEntry = z.infer<typeof FailoverEntry>;
