import { type Package, partKey, readPart } from './package.ts';
import { attributeOf, decodeXml, findTags, openXml, type XmlPart } from './xml.ts';

/** What a part points to. Parts are found through these, never by their name. */
export interface Relationship {
  readonly id: string;
  readonly type: string;
  /** As written. */
  readonly target: string;
  /** The part it means; null where it lies outside the package. */
  readonly part: string | null;
}

/** The relationships of a part (`''`: of the package); none where it has no relationships part. */
export function relationshipsOf(pkg: Package, part: string): readonly Relationship[] {
  const xml = relationshipsPart(pkg, part);
  if (!xml) return [];
  return findTags(xml, 'Relationship').map((tag) => {
    const read = (name: string) => decodeXml(xml, attributeOf(tag, name) ?? '');
    const target = read('Target');
    const external = read('TargetMode').toLowerCase() === 'external';
    return {
      id: read('Id'),
      type: read('Type'),
      target,
      part: external ? null : resolveTarget(part, target),
    };
  });
}

/** The relationships part of a part, opened; null where there is none. */
export function relationshipsPart(pkg: Package, part: string): XmlPart | null {
  const name = relationshipsName(part);
  return pkg.parts.has(partKey(name)) ? openXml(pkg.file, name, readPart(pkg, name)) : null;
}

/** `xl/workbook.xml` → `xl/_rels/workbook.xml.rels`. */
export function relationshipsName(part: string): string {
  const slash = part.lastIndexOf('/') + 1;
  return `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`;
}

/** Whether a relationship type ends in `/word`, in any of the namespaces (transitional, strict, Microsoft's). */
export function isType(relationship: Relationship, word: string): boolean {
  return relationship.type.toLowerCase().endsWith(`/${word.toLowerCase()}`);
}

/** The part a target means: absolute, relative to the source part's folder, with `.` and `..`; never above the root. */
function resolveTarget(source: string, target: string): string {
  const path = target.replaceAll('\\', '/').replace(/#.*$/, '');
  const folder = path.startsWith('/') ? [] : source.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') folder.pop();
    else if (step !== '' && step !== '.') folder.push(step);
  }
  return folder.join('/');
}
