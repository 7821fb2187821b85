import * as z from 'zod';

/** Who tells of the machines of servers of one's own: folders of src/providers. */
export const machineSources = ['node-exporter', 'prometheus'] as const;
const urlAdvice =
  'a URL is http:// or https://, a host ({host} is that of the member) and a path, without user and query';

export const MachineEntry = z.strictObject({
  from: z.enum(machineSources).meta({ description: 'Who tells of the machine' }),
  url: z
    .string()
    .regex(/^https?:\/\/(?:[A-Za-z0-9._-]|\{host\}|\[[0-9a-fA-F:]+\])+(?::\d{1,5})?(?:\/[\w./~-]*)?$/, urlAdvice)
    .meta({
      description: 'Address as the read room reaches it: http://{host}:9100/metrics, or the base of a Prometheus',
    }),
  instance: z
    .string()
    .regex(/^[\w.:[\]{}/-]+$/, 'the value of the label `instance`, like {host}:9100')
    .optional()
    .meta({ description: 'The label `instance` of the machine in Prometheus. Default: {host}:9100' }),
  dataDirectory: z
    .string()
    .regex(/^\//, 'a directory begins with /')
    .optional()
    .meta({ description: 'Where the data lies, links resolved. Default: what PostgreSQL says (data_directory)' }),
});
export type MachineEntry = z.infer<typeof MachineEntry>;
