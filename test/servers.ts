/** Real servers for tests: each call starts its own, on free ports, in a fraction of a second. */
export { startTestPostgres, type TestPostgres, type TestPostgresMember } from './servers/postgres.ts';
export { startTestRedis, type TestRedis, type TestRedisMember } from './servers/redis.ts';
export { startTestCluster, type TestCluster } from './servers/redis-cluster.ts';
