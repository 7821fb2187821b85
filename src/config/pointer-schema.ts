import * as z from 'zod';

const recordAdvice = 'a record is its whole name in lower case, without a dot at the end: db.shop.internal';

const Record53 = z.strictObject({
  zone: z
    .string()
    .regex(/^Z[A-Z0-9]{5,31}$/, 'a hosted zone is its id, like Z0123456789ABCDEFGHIJ, and not its name')
    .meta({ description: 'Id of the hosted zone' }),
  record: z
    .string()
    .max(253, 'a name of DNS has at most 253 characters')
    .regex(/^(?=.*\.)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/, recordAdvice)
    .meta({ description: 'Whole name of the record that clients look up' }),
  type: z
    .enum(['CNAME', 'A'])
    .default('CNAME')
    .meta({ description: 'CNAME where the hosts of the members are names, A where they are IPv4 addresses' }),
  ttlSeconds: z
    .number()
    .int()
    .min(1)
    .max(3600)
    .optional()
    .meta({ description: 'Written with every change. Default: what the record has' }),
});

/** What clients find a server by: folders of src/providers. */
export const PointerEntry = z
  .strictObject({
    route53: Record53.optional().meta({ description: 'A record of Route 53' }),
    ssm: z
      .string()
      .regex(/^\/[\w.-]+(\/[\w.-]+){0,14}$/, 'a parameter is its whole name with its path: /shop/db/host')
      .max(1011, 'a name of a parameter has at most 1011 characters')
      .refine((name) => !/^\/(aws|ssm)/i.test(name), 'a parameter of yours does not begin with /aws or /ssm')
      .optional()
      .meta({
        description: 'A parameter of Systems Manager (String) that holds the host alone: no port, no user, no password',
      }),
  })
  .refine(
    ({ route53, ssm }) => (route53 === undefined) !== (ssm === undefined),
    'names either a `route53` record or an `ssm` parameter',
  );
export type PointerEntry = z.infer<typeof PointerEntry>;
