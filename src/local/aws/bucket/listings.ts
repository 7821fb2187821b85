import type { Answer } from './endpoint.ts';
import type { StandInBucket } from './objects.ts';
import { element, xml } from './xml.ts';

/** Keys in their order, a page at a time; the token is the last key of the page before. */
export function listObjects({ objects }: StandInBucket, query: URLSearchParams): Answer {
  const after = query.get('continuation-token') ?? '';
  const most = Number(query.get('max-keys') ?? 1000);
  const wanted = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const page = wanted.slice(0, most);
  const contents = page.map((key) => {
    const { bytes, modifiedAt } = objects.get(key) ?? { bytes: Buffer.alloc(0), modifiedAt: new Date(0) };
    const about = element('Size', String(bytes.length)) + element('LastModified', modifiedAt.toISOString());
    return element('Contents', element('Key', key) + about);
  });
  const more = wanted.length > most;
  const next = more ? element('NextContinuationToken', page.at(-1) ?? '') : '';
  return xml('ListBucketResult', contents.join('') + element('IsTruncated', String(more)) + next);
}

/** Uploads in the order of their keys, all of a key on one page. */
export function listUploads({ uploads }: StandInBucket, query: URLSearchParams): Answer {
  const most = Number(query.get('max-uploads') ?? 1000);
  const after = query.get('key-marker') ?? '';
  const wanted = [...uploads.values()]
    .filter(({ key }) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const page = wanted.slice(0, most);
  const shown = page.map(({ key, id, begunAt }) =>
    element('Upload', element('Key', key) + element('UploadId', id) + element('Initiated', begunAt.toISOString())),
  );
  const more = wanted.length > most;
  const next = more
    ? element('NextKeyMarker', page.at(-1)?.key ?? '') + element('NextUploadIdMarker', page.at(-1)?.id ?? '')
    : '';
  return xml('ListMultipartUploadsResult', shown.join('') + element('IsTruncated', String(more)) + next);
}
