import * as z from 'zod';
import { Password } from './credential-schema.ts';

const patroniAdvice =
  'a URL is http:// or https:// and a host ({host} is that of the member), without user, path and query';

/** Where Patroni's REST API is, and who may ask it to change something. */
export const PatroniEntry = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/(?:[A-Za-z0-9._-]|\{host\}|\[[0-9a-fA-F:]+\])+(?::\d{1,5})?\/?$/, patroniAdvice)
    .meta({ description: 'Address of its REST API as the rooms reach it: http://{host}:8008' }),
  user: z
    .string()
    .regex(/^[^:]+$/, 'a user name is not empty and has no colon')
    .optional()
    .meta({ description: 'restapi.authentication.username of Patroni, for the act room' }),
  password: Password.optional(),
});
export type PatroniEntry = z.infer<typeof PatroniEntry>;
