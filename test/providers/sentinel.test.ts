import { redisTargetContract } from '../contracts/redis-target.ts';

redisTargetContract('sentinel', { sentinels: true });
