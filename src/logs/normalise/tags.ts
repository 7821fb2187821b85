/** Tags longer or more than these are somebody's data. */
const MOST_TAGS = 16;
const LONGEST_TAG = 200;
/** What says where a statement comes from; every other tag can be about a person or a request. */
const KNOWN = new Set(['application', 'action', 'controller', 'db_driver', 'framework', 'job', 'route']);

/**
 * The tags that sqlcommenter writes into a comment, like `route='%2Fcart'`: only those that name a place in the code.
 * https://google.github.io/sqlcommenter/spec/
 */
export function tagsOf(comment: string): Record<string, string> {
  const found = [...comment.matchAll(/([\w.%-]{1,64})='((?:[^'\\]|\\.){0,400})'/g)].slice(0, MOST_TAGS);
  const tags = found.map(([, key = '', value = '']) => [decoded(key), decoded(value.replaceAll("\\'", "'"))] as const);
  return Object.fromEntries(
    tags.filter(([key]) => KNOWN.has(key)).map(([key, value]) => [key, value.slice(0, LONGEST_TAG)]),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
