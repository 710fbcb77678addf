// The list of what is bundled and under which licence, made from what esbuild says it put into dist/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The text of dist/THIRD_PARTY.txt for esbuild's metafile: name, version, licence and source of every package that has
 * bytes in an output, and each licence text once. Throws where a package has no text: neither a file of its own, nor one
 * in its README, nor licences/NAME.txt (kept here for packages that were published without).
 */
export function thirdPartyText(metafile) {
  const byText = new Map();
  for (const each of bundledPackages(metafile)) {
    const same = byText.get(each.text) ?? [];
    byText.set(each.text, [...same, each]);
  }
  const groups = [...byText].map(([text, packages]) => {
    const lines = packages.map(
      ({ name, version, licence, source }) =>
        `${name} ${version} · ${licence}${source === '' ? '' : ` · ${source}`}`,
    );
    return `${lines.join('\n')}\n\n${text}\n`;
  });
  return [
    'funnel 自带(打包在 dist/ 里)的第三方代码及其许可。\nThird-party code bundled into funnel (dist/), and its licences.\n',
    ...groups,
  ].join(`\n${'='.repeat(80)}\n\n`);
}

function bundledPackages({ outputs }) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  const packages = new Map();
  for (const folder of folders) {
    const { name, version, license, repository } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const text = licenceText(folder, name);
    if (text === null)
      throw new Error(
        `${name} ${version} has no licence text: put it into licences/${name.replace('/', '+')}.txt`,
      );
    const source = (typeof repository === 'string' ? repository : (repository?.url ?? '')).replace(
      /^git\+/,
      '',
    );
    packages.set(`${name} ${version}`, { name, version, licence: license ?? '见下 see below', source, text });
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function licenceText(folder, name) {
  const read = (file) => readFileSync(file, 'utf8').replace(/\r\n?/g, '\n').trim();
  const own = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  if (own.length > 0) return own.map((file) => read(join(folder, file))).join('\n\n');
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file));
  const section =
    readme && /^#+ *licen[cs]e\b[^\n]*\n([\s\S]+)/im.exec(read(join(folder, readme)))?.[1]?.trim();
  if (section && /copyright/i.test(section)) return section;
  const kept = join(import.meta.dirname, `${name.replace('/', '+')}.txt`);
  return existsSync(kept) ? read(kept) : null;
}
