import * as z from 'zod';

/**
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html and the alarms that AWS recommends.
 * Evictions are judged by redis.evictions; 65,000 connections are the most that a node takes.
 */
export const Limits = z.strictObject({
  engineCpuWarningPercent: z.number().default(80).describe('Mean of the one thread that runs commands, over 15 min'),
  engineCpuCriticalPercent: z.number().default(90),
  cpuWarningPercent: z.number().default(80).describe('Of the whole machine, on servers of your own'),
  cpuCriticalPercent: z.number().default(95),
  loadWarningPerCore: z.number().default(2).describe('Mean of five minutes, on servers of your own'),
  freeMemoryWarningRatio: z
    .number()
    .default(0.1)
    .describe('Share of the memory of the machine, on servers of your own'),
  freeMemoryCriticalRatio: z.number().default(0.05),
  memoryWarningPercent: z.number().default(80),
  memoryCriticalPercent: z.number().default(95),
  creditsWarningCredits: z.number().default(20),
  swapWarningBytes: z.number().default(50 * 1024 ** 2),
  lagWarningSeconds: z.number().default(5),
  lagCriticalSeconds: z.number().default(60),
  connectionsWarningRatio: z.number().default(0.8).describe('Share of 65,000'),
});
export type Limits = z.infer<typeof Limits>;
