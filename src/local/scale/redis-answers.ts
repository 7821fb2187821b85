import type { Look } from '../../operations/health/look.ts';

type Members = { primary: string; replica: string; isFaulty: boolean };

const MAX_BYTES = 67_108_864;

/** The answers of every Redis check, as a real pair gave them; a faulty one is at 97 % of its memory. */
export function redisAnswers({ primary, replica, isFaulty }: Members): Look['answers'] {
  const usedBytes = isFaulty ? Math.round(MAX_BYTES * 0.97) : 1_421_248;
  const memory = { usedBytes, maxBytes: MAX_BYTES, policy: 'noeviction', systemBytes: 25_276_502_016 };
  const rssBytes = usedBytes + 1_000_000;
  const saved = {
    loading: false,
    rdbOk: true,
    aofEnabled: true,
    aofOk: true,
    savedSecondsAgo: 7.695,
    changesSinceSave: 4,
    snapshots: true,
  };
  const said = { isMaster: false, linkUp: true, linkDownSeconds: null, syncing: false, offsetBytes: 1620 };
  return {
    'redis.evictions': {
      sample: { runId: 'bc3ed4f329fddd5aabce3e81282eaa9f28c31eef', evictedKeys: 0, hits: 99_210, misses: 790 },
    },
    'redis.memory': {
      sample: {
        members: [
          { name: primary, role: 'primary', ...memory, rssBytes },
          { name: replica, role: 'replica', ...memory, rssBytes },
        ],
      },
    },
    'redis.persistence': {
      sample: {
        members: [
          { name: primary, role: 'primary', ...saved },
          { name: replica, role: 'replica', ...saved },
        ],
      },
    },
    'redis.replication': {
      sample: { primary, offsetBytes: 1620, online: 1, replicas: [{ name: replica, said }] },
    },
    'redis.sentinel-quorum': { sample: noSentinels },
  };
}

const noSentinels = { masterName: null, expected: [], expectedReplicas: 0, sentinels: [] };
