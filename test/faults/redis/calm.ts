import { Redis } from 'ioredis';
import type { RedisCalm } from '../fault.ts';

export const calm: readonly RedisCalm[] = [
  {
    name: 'cache-warm-up',
    what: 'A cache fills with keys that expire.',
    async begin({ servers }) {
      const client = new Redis(servers.primary.url);
      const pipeline = client.pipeline();
      for (let n = 0; n < 20_000; n += 1) pipeline.set(`page:${n}`, 'x'.repeat(100), 'EX', 3600);
      await pipeline.exec();
      client.disconnect();
    },
  },
  {
    name: 'snapshot-at-work',
    what: 'A snapshot is being written.',
    async begin({ servers }) {
      await servers.primary.call('BGSAVE');
    },
  },
  {
    name: 'pipelines',
    what: 'Clients read and write in long pipelines.',
    async begin({ servers }) {
      const clients = Array.from({ length: 5 }, () => new Redis(servers.primary.url));
      await Promise.all(
        clients.map(async (client) => {
          for (let round = 0; round < 10; round += 1) {
            const pipeline = client.pipeline();
            for (let n = 0; n < 1000; n += 1) pipeline.incr(`hits:${n}`).get(`page:${n}`).expire(`hits:${n}`, 60);
            await pipeline.exec();
          }
        }),
      );
      for (const client of clients) client.disconnect();
    },
  },
];
