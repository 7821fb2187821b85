import * as z from 'zod';

/**
 * CPU, latencies and the balances: the alarms that AWS recommends, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS.
 * Memory is judged later than there (25 %), because a well-used cache leaves little free; below 5 % the system begins to swap.
 */
export const Limits = z.strictObject({
  cpuWarningPercent: z.number().default(80).describe('Mean of the last quarter of an hour, or since the look before'),
  cpuCriticalPercent: z.number().default(95),
  loadWarningPerCore: z.number().default(2).describe('Mean of five minutes, on servers of your own'),
  creditsWarningCredits: z.number().default(20).describe('CPU credits left, on burstable classes alone'),
  freeMemoryWarningRatio: z.number().default(0.1).describe('Share of the memory of the machine'),
  freeMemoryCriticalRatio: z.number().default(0.05),
  swapWarningBytes: z.number().default(256 * 1024 ** 2),
  balanceWarningPercent: z.number().default(20).describe('What is left of a burst of I/O: gp2 storage, small classes'),
  balanceCriticalPercent: z.number().default(5),
  freeLocalWarningBytes: z
    .number()
    .default(2 * 1024 ** 3)
    .describe('Local storage of an instance of a cluster, for temporary files and logs'),
  freeLocalCriticalBytes: z.number().default(512 * 1024 ** 2),
  latencyWarningSeconds: z.number().default(0.02).describe('Mean of a read or a write'),
  queueWarningDepth: z.number().default(64).describe('Reads and writes that wait for the disk'),
});
export type Limits = z.infer<typeof Limits>;
