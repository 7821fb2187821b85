import type { Json } from '../../core/json.ts';
import type { Look } from '../../operations/health/look.ts';

type Members = { primary: string; replica: string; isFaulty: boolean };
type Said = { readonly [field: string]: Json };

const MAX_BYTES = 67_108_864;

/** The answers of every Redis check, as a real pair gave them; a faulty one is at 97 % of its memory. */
export function redisAnswers({ primary, replica, isFaulty }: Members): Look['answers'] {
  const usedBytes = isFaulty ? Math.round(MAX_BYTES * 0.97) : 1_421_248;
  const both = Object.entries(SAID).map(([check, [said, more]]) => {
    const now = 'usedBytes' in said ? { ...said, usedBytes } : said;
    const members = [
      { name: primary, role: 'primary', ...now },
      { name: replica, role: 'replica', ...now, ...more },
    ];
    return [check, { sample: { members, unseen: [] } }];
  });
  return {
    ...Object.fromEntries(both),
    'redis.cluster': { sample: { views: null, shards: [], unopened: 0 } },
    'redis.config-drift': {
      sample: {
        profiles: [
          { role: 'primary', settings: SETTINGS, names: [primary] },
          { role: 'replica', settings: SETTINGS, names: [replica] },
        ],
        unseen: [],
      },
    },
    'redis.replication': {
      sample: {
        shards: [
          {
            primary,
            offsetBytes: 1620,
            online: 1,
            replicas: [
              {
                name: replica,
                said: { isMaster: false, linkUp: true, linkDownSeconds: null, syncing: false, offsetBytes: 1620 },
              },
            ],
          },
        ],
      },
    },
    'redis.sentinel-quorum': { sample: { masterName: null, expected: [], expectedReplicas: 0, sentinels: [] } },
  };
}

/** What the primary said, and where the replica said something else. */
const SAID: { readonly [check: string]: readonly [Said, Said] } = {
  'redis.backlog': [
    { runId: '87ee90a6514b', replicas: 1, backlogBytes: 1048576, offsetBytes: 99838, fullCopies: 1, partialRefused: 0 },
    { runId: '57f3b540784b', replicas: 0, fullCopies: 0 },
  ],
  'redis.buffers': [
    { runId: '87ee90a6514b', clients: 1, clientBytes: 37632, replicaBytes: 2682, closedForBuffers: 0 },
    { runId: '57f3b540784b', clients: 2, clientBytes: 1800, replicaBytes: 2610 },
  ],
  'redis.client-leaks': [
    {
      runId: '87ee90a6514b',
      most: 10000,
      groups: [
        { group: 'unnamed clients from 127.0.0.1', clients: 1, idle: 0, longestIdleSeconds: 0, mostHeldBytes: 42776 },
      ],
    },
    {
      runId: '57f3b540784b',
      groups: [
        { group: 'unnamed clients from 127.0.0.1', clients: 1, idle: 0, longestIdleSeconds: 0, mostHeldBytes: 116480 },
      ],
    },
  ],
  'redis.clients': [
    {
      runId: '87ee90a6514b',
      connected: 1,
      busLinks: 0,
      most: 10000,
      rejected: 0,
      blocked: 0,
      commands: 48210,
      paused: null,
    },
    { runId: '57f3b540784b', connected: 2 },
  ],
  'redis.evictions': [{ runId: '87ee90a6514b', evictedKeys: 0 }, { runId: '57f3b540784b' }],
  'redis.expiry': [
    { runId: '87ee90a6514b', keys: 3000, keysWithExpiry: 0, staleRatio: 0, expiredKeys: 0, cyclesCut: 0, cycleMs: 0 },
    { runId: '57f3b540784b' },
  ],
  'redis.fork': [
    { forkUsec: 684, copiedBytes: 360448, usedBytes: 1416728, systemBytes: 25276063744 },
    { forkUsec: 571, copiedBytes: 204800 },
  ],
  'redis.fragmentation': [
    {
      usedBytes: 1416728,
      rssBytes: 13365248,
      holesBytes: 648848,
      keptPagesBytes: 5308416,
      defragOn: false,
      defragRunning: false,
    },
    { rssBytes: 12300288, holesBytes: 159392, keptPagesBytes: 2670592 },
  ],
  'redis.hit-rate': [{ runId: '87ee90a6514b', hits: 0, misses: 0 }, { runId: '57f3b540784b' }],
  'redis.latency': [
    { runId: '87ee90a6514b', nowSeconds: 1795862586.104652, thresholdMs: 100, events: [] },
    { runId: '57f3b540784b', nowSeconds: 1795862586.106266 },
  ],
  'redis.memory': [
    {
      usedBytes: 1441384,
      peakBytes: 1651032,
      datasetBytes: 271788,
      maxBytes: 67108864,
      policy: 'noeviction',
      systemBytes: 25276063744,
    },
    { peakBytes: 1889584, datasetBytes: 401436 },
  ],
  'redis.persistence': [
    {
      runId: '87ee90a6514b',
      loading: false,
      loadedRatio: null,
      loadSecondsLeft: null,
      rdbOk: true,
      savingSeconds: null,
      aofEnabled: true,
      aofWriteOk: true,
      aofRewriteOk: true,
      rewritingSeconds: null,
      delayedFsyncs: 0,
      savedSecondsAgo: 1.1120219230651855,
      changesSinceSave: 3000,
      snapshots: true,
      replicas: 1,
    },
    { runId: '57f3b540784b', savedSecondsAgo: 1.119093894958496, replicas: 0 },
  ],
  'redis.policy': [
    {
      policy: 'noeviction',
      usedBytes: 1441416,
      maxBytes: 67108864,
      systemBytes: 25276063744,
      keys: 3000,
      keysWithExpiry: 0,
      runId: '87ee90a6514b',
      flushes: 0,
    },
    { runId: '57f3b540784b' },
  ],
  'redis.slow-log': [
    { runId: '87ee90a6514b', entries: [{ id: 0, usec: 31699, what: 'EVAL' }], thresholdUsec: 10000 },
    { runId: '57f3b540784b', entries: [] },
  ],
  'redis.version': [
    {
      product: 'Redis',
      version: '8.4.1',
      nowSeconds: 1795862586,
      runId: '87ee90a6514b',
      startedSeconds: 1795862000,
    },
    { runId: '57f3b540784b' },
  ],
};

const SETTINGS = {
  maxmemory: '67108864',
  'maxmemory-policy': 'noeviction',
  databases: '16',
  maxclients: '10000',
  'min-replicas-to-write': '0',
  'cluster-require-full-coverage': 'yes',
  activedefrag: 'no',
  appendfsync: 'everysec',
  'client-output-buffer-limit': 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
  'cluster-node-timeout': '15000',
  hz: '10',
  'latency-monitor-threshold': '100',
  'lazyfree-lazy-eviction': 'no',
  'lazyfree-lazy-expire': 'no',
  'min-replicas-max-lag': '10',
  'notify-keyspace-events': '',
  'repl-backlog-size': '1048576',
  'repl-timeout': '60',
  'slowlog-log-slower-than': '10000',
  'stop-writes-on-bgsave-error': 'yes',
  'tcp-keepalive': '300',
  timeout: '0',
  appendonly: 'yes',
  save: '900 1',
};
