import { redisTargetContract } from '../contracts/redis-target.ts';

redisTargetContract('standalone', { sentinels: false });
