/** What stands in for a framework: descriptions of elements, and a patch that makes the page look like them. */

type Props = Record<string, unknown>;
export type Kids = VNode | string | number | false | null | undefined | Kids[];

export interface VNode {
  tag_: string;
  props_: Props;
  kids_: Kids;
  key_: string | number | null | undefined;
  node_?: Node;
  /** Children on the page by key. */
  map_?: Map<string | number, VNode> | undefined;
}

/** `what` is "tag#data-testid class class"; only the tag must be there. */
export function h(what: string, kids?: Kids, props?: Props, key?: string | number | null): VNode {
  const [, tag, id, name] = /^(\w*)#?([\w-]*) ?(.*)/.exec(what) as unknown as [string, string, string, string];
  return { tag_: tag, props_: { "data-testid": id || null, class: name || null, ...props }, kids_: kids, key_: key };
}

export const icon = (path: string, name = "", fill = "none"): VNode =>
  h(`svg ${name}`, h("path", 0, { d: path, fill }), { viewBox: "0 0 24 24", "aria-hidden": "true" });

/** Children without a key are known by their place, so that one that is left out does not move the others. */
function collect(kids: Kids, place: string, into: Map<string | number, VNode>): void {
  if (Array.isArray(kids)) {
    for (const index in kids) collect(kids[index], `${place} ${index}`, into);
  } else if (kids) {
    const node = typeof kids === "object" ? kids : { tag_: "", props_: { data: `${kids}` }, kids_: 0, key_: null };
    into.set(node.key_ ?? place, node);
  }
}

function create(tag: string): Node {
  if (!tag) return document.createTextNode("");
  return /svg|path/.test(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
}

function set(node: Element & { [name: string]: unknown }, name: string, value: unknown, old: unknown): void {
  // What a person can change is compared with the page, all else with what was asked for last time.
  if (name === "value" || name === "data" || typeof value === "boolean" || typeof value === "function") {
    if (node[name] !== value) node[name] = value;
  } else if (value !== old) {
    if (value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, `${value}`);
  }
}

/** Makes the children of `host` be `kids`. Elements that stay keep their focus, their text and their scroll position. */
export function patch(host: { node_?: Node; map_?: VNode["map_"] }, kids: Kids): void {
  const before = host.map_ ?? new Map<string | number, VNode>();
  const after = new Map<string | number, VNode>();
  host.map_ = after;
  collect(kids, "", after);
  for (const [key, was] of before) if (after.get(key)?.tag_ !== was.tag_) (was.node_ as ChildNode).remove();
  let at: Node | null = (host.node_ as Node).firstChild;
  for (const [key, it] of after) {
    const known = before.get(key);
    const was = known?.tag_ === it.tag_ ? known : null;
    const node = was?.node_ ?? create(it.tag_);
    it.node_ = node;
    it.map_ = was?.map_;
    for (const name in it.props_) set(node as never, name, it.props_[name], was?.props_[name]);
    patch(it, it.kids_);
    if (node === at) at = node.nextSibling;
    else (host.node_ as Node).insertBefore(node, at);
  }
}
