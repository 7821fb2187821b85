/** An element without its attributes, as the clients of AWS write them. */
export type XmlElement = { name: string; text: string; children: XmlElement[] };

const TOKENS = /<\?[^>]*\?>|<(\/)?([\w:.-]+)[^>]*?(\/)?>|([^<]+)/g;

/** The document element of a text that a client of AWS has made. Throws a SyntaxError where elements are not closed. */
export function parseXml(text: string): XmlElement {
  const document: XmlElement = { name: '', text: '', children: [] };
  const open = [document];
  for (const [, closes, name, isEmpty, content] of text.matchAll(TOKENS)) {
    const top = open.at(-1);
    if (content !== undefined && top) top.text += unescaped(content);
    if (name === undefined) continue;
    if (closes) open.pop();
    else {
      const element = { name, text: '', children: [] };
      top?.children.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  const [root] = document.children;
  if (!root || open.length !== 1) throw new SyntaxError('this is no XML of a request');
  return root;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
