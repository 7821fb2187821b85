import * as z from 'zod';
import { secretAdvice, secretPattern } from './secret-reference.ts';

/** What can close a target to its clients: folders of src/providers. */
export const fenceMeans = ['pgbouncer'] as const;

const StoredPassword = z
  .string({ error: secretAdvice })
  .regex(secretPattern, secretAdvice)
  .refine((reference) => reference !== 'iam', 'a pooler knows no signed tokens: name where its password is kept')
  .meta({ description: 'Where the password is kept: env:NAME, ssm:/path or secretsmanager:name' });
const ConsoleLogin = z.strictObject({ user: z.string().min(1), password: StoredPassword });

export const PoolerEntry = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'a host is a name or an address alone, without scheme, user or port')
    .meta({ description: 'Host name or address of this one process' }),
  port: z.number().int().min(1).max(65535).default(6432),
  database: z
    .string()
    .regex(/^[^"\s]+$/, 'a name of the section [databases], without quotes and spaces')
    .meta({ description: 'Its own entry in [databases], through which clients come: not the fallback *' }),
  tls: z.boolean().optional().meta({ description: "To its console; in place of the target's" }),
  credentials: z
    .strictObject({
      read: ConsoleLogin.optional().meta({ description: 'A user of stats_users: sees how it stands' }),
      act: ConsoleLogin.optional().meta({ description: 'A user of admin_users: closes and opens' }),
    })
    .default({}),
});
export type PoolerEntry = z.infer<typeof PoolerEntry>;

export const FenceEntry = z.strictObject({
  by: z.enum(fenceMeans).meta({ description: 'What stands between the clients and the server' }),
  coversAllClients: z.boolean().default(false).meta({
    description:
      'True where no client that writes can reach the servers but through these poolers (pg_hba.conf, a firewall); only then a closed fence is certain',
  }),
  poolers: z
    .record(z.string(), PoolerEntry)
    .refine((poolers) => Object.keys(poolers).length > 0, 'no pooler is named')
    .meta({ description: 'Every one through which clients come; all of them have to answer' }),
});
export type FenceEntry = z.infer<typeof FenceEntry>;
