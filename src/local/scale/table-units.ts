/** One attribute value as the DynamoDB protocol writes it: `{ "S": "text" }`. */
export type AttributeValue = { readonly [type: string]: unknown };
export type StoredItem = { readonly [name: string]: AttributeValue };

/**
 * Bytes of an item as DynamoDB counts them: names and values, 3 bytes for each list or map and 1 for each of its entries.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: StoredItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  const [[type, inner] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(inner));
    case 'N':
      return Math.ceil(String(inner).length / 2) + 1;
    case 'L':
      return listBytes(inner as readonly AttributeValue[]);
    case 'M':
      return mapBytes(inner as StoredItem);
    default:
      return 1;
  }
}

function listBytes(list: readonly AttributeValue[]): number {
  return 3 + list.reduce((sum, value) => sum + 1 + valueBytes(value), 0);
}

function mapBytes(map: StoredItem): number {
  return 3 + Object.keys(map).length + itemBytes(map);
}

/** Write request units of one put: 1 for each KB begun of the larger of the old and the new item. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** Read request units of one consistent read: 1 for each 4 KB begun, 1 for nothing. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096));
}
