import { msText } from '../slow/wording.ts';
import { bytesText, countText, percentText } from '../../checks/wording.ts';
import {
  BLOCK_BYTES,
  columnOf,
  indexesOn,
  isPlain,
  scansOf,
  wholeScans,
  type Evidence,
  type Scan,
  type Weighed,
} from './evidence.ts';
import { conditionsIn } from './conditions.ts';
import { nodesOf } from './plan.ts';

const COMMON_RATIO = 0.3;
const MUCH_TEMPORARY_BYTES = 1_048_576;
const MANY_ROWS = 10_000;

/** Pure: what about how it runs makes it slow: memory, values, cache, how much and how often. */
export function useReasons(evidence: Evidence): Weighed[] {
  return [
    ...memoryReasons(evidence),
    ...scansOf(evidence).flatMap((scan) => skewReasons(evidence, scan)),
    ...readReasons(evidence),
    ...muchReasons(evidence),
    ...oftenReasons(evidence),
  ];
}

/** Sorts and hashes that do not fit into work_mem are written to files and read again: the server counted it. */
function memoryReasons({ counted, settings, plan }: Evidence): Weighed[] {
  const bytes = counted.temporaryBlocksPerCall * BLOCK_BYTES;
  if (bytes < MUCH_TEMPORARY_BYTES) return [];
  const kinds = nodesOf(plan.root).filter(
    ({ type, mode }) => /^(Sort|Hash|Materialize|WindowAgg)$/.test(type) || mode.includes('Hashed'),
  );
  const what = [
    ...new Set(kinds.map(({ type }) => (type === 'Aggregate' ? 'hash aggregate' : type.toLowerCase()))),
  ].join(', ');
  return [
    {
      kind: 'work-memory',
      sentence: `Each call writes and reads ${bytesText(bytes)} of temporary files${what === '' ? '' : ` (${what})`}: that does not fit into work_mem, ${bytesText(settings.workMemBytes)}.`,
      sure: 'proved',
      relation: null,
      weight: 74,
    },
  ];
}

/** One plan for all values, where a few values are most of the table. */
function skewReasons({ counted }: Evidence, scan: Scan): Weighed[] {
  const { table, node } = scan;
  const asked = [...scan.conditions, ...conditionsIn(node.conditions['Index Cond'] ?? node.conditions['Recheck Cond'])];
  const bitmap = node.type === 'Bitmap Heap Scan' ? conditionsIn(node.conditions['Recheck Cond']) : [];
  return [...asked, ...bitmap].flatMap((condition): Weighed[] => {
    if (condition.kind !== 'equal' || condition.alias !== node.alias || !isPlain(condition, table)) return [];
    const common = columnOf(table, condition.column)?.statistics?.commonestRatio ?? 0;
    if (common < COMMON_RATIO) return [];
    const varies = counted.calls >= 5 && counted.deviationMs >= counted.meanMs * 0.5;
    const usesIndex = indexesOn(table, condition.column).length > 0;
    const share = common > 0.99 ? 'over 99 %' : percentText(common);
    const about = `the commonest value of \`${condition.column}\` is ${share} of \`${table.name}\``;
    if (!varies || !usesIndex) {
      return [
        {
          kind: 'skew',
          sentence: `Values differ much: ${about}, so what a call costs depends on its value.`,
          sure: 'guess',
          relation: table.name,
          weight: 25,
        },
      ];
    }
    const spread = `calls take ${msText(counted.meanMs)} on average, give or take ${msText(counted.deviationMs)}`;
    const expected = `the plan for any value expects ${countText(Math.round(scan.rows), 'row')} of it`;
    return [
      {
        kind: 'generic-plan',
        sentence: `One plan cannot fit all values: ${about}, ${expected}, and ${spread}.`,
        sure: 'likely',
        relation: table.name,
        weight: 78,
      },
    ];
  });
}

function readReasons({ counted }: Evidence): Weighed[] {
  const { readBlocksPerCall: read, hitBlocksPerCall: hit } = counted;
  const ratio = read / Math.max(1, read + hit);
  if (read < 100 || ratio < 0.3) return [];
  return [
    {
      kind: 'disk-reads',
      sentence: `${percentText(ratio)} of the pages that a call needs (${bytesText(read * BLOCK_BYTES)}) were not in shared_buffers and had to be fetched.`,
      sure: 'proved',
      relation: null,
      weight: 35,
    },
  ];
}

function muchReasons(evidence: Evidence): Weighed[] {
  const { counted, verb } = evidence;
  if (counted.rowsPerCall >= MANY_ROWS) {
    const does = verb === 'select' ? 'returns' : 'changes';
    return [
      {
        kind: 'returns-much',
        sentence: `Each call ${does} ${countText(Math.round(counted.rowsPerCall), 'row')}: no index makes that little.`,
        sure: 'proved',
        relation: null,
        weight: 50,
      },
    ];
  }
  const [whole] = wholeScans(evidence).toSorted((a, b) => b.share - a.share);
  if (!whole || whole.rows < whole.tableRows * 0.5) return [];
  const { table } = whole;
  return [
    {
      kind: 'returns-much',
      sentence: `It asks for most of \`${table.name}\`, so it reads all ${bytesText(table.sizeBytes)}, and that grows with the table.`,
      sure: 'likely',
      relation: table.name,
      weight: 30,
    },
  ];
}

function oftenReasons({ counted }: Evidence): Weighed[] {
  if (counted.meanMs > 5 || counted.calls < 10_000) return [];
  return [
    {
      kind: 'called-often',
      sentence: `Each call takes ${msText(counted.meanMs)}; there were ${countText(counted.calls, 'call')}: fewer calls help more than faster ones.`,
      sure: 'likely',
      relation: null,
      weight: 20,
    },
  ];
}
