import { redisTargetContract } from '../contracts/redis-target.ts';

redisTargetContract('cluster', { sentinels: false });
