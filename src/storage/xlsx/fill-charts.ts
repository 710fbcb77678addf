import type { ChartData, PlacedChart } from '../../core/chart.ts';
import { openPart } from './context.ts';
import { openPackage } from './package.ts';
import { placeCharts } from './place-charts.ts';
import { isType, relationshipsOf } from './relationships.ts';
import { openWorkbook, type Workbook } from './workbook.ts';
import { attributeOf, elementEnd, encodeXml, findTag, findTags, type Tag, type XmlPart } from './xml.ts';

/**
 * Native charts over the cells of a workbook of ours, which people can edit: their looks come from the charts of
 * `template` (one of each kind; colours and labels by place), their title, ranges and kept values from `charts`.
 */
export function fillCharts(
  bytes: Uint8Array,
  template: Uint8Array,
  charts: readonly PlacedChart[],
): Uint8Array {
  const workbook = openWorkbook(openPackage('report.xlsx', bytes));
  const looks = chartParts(openWorkbook(openPackage('charts.xlsx', template)));
  const filled = charts.map((chart) => {
    const look = looks.find((part) => kindOf(part) === chart.kind);
    if (!look) throw new Error(`templates/charts.xlsx has no chart of the kind ${chart.kind}`);
    return { place: chart.place, xml: fillChart(look, chart) };
  });
  return placeCharts(workbook, filled);
}

/** Charts are told apart by what they are, so that the template may be restyled and saved by any program. */
function kindOf(part: XmlPart): ChartData['kind'] | null {
  if (findTag(part, 'lineChart')) return 'lines';
  const direction = findTag(part, 'barDir');
  return direction === null ? null : attributeOf(direction, 'val') === 'bar' ? 'bars' : 'columns';
}

function chartParts(workbook: Workbook): readonly XmlPart[] {
  const linked = (part: string, type: string) =>
    relationshipsOf(workbook.pkg, part).flatMap((each) =>
      isType(each, type) && each.part !== null ? [each.part] : [],
    );
  return workbook.sheets
    .flatMap(({ part }) => linked(part, 'drawing'))
    .flatMap((drawing) => linked(drawing, 'chart'))
    .map((part) => openPart(workbook, part));
}

function fillChart(look: XmlPart, chart: ChartData): Buffer {
  const encode = (text: string) => encodeXml(look, text);
  const models = findTags(look, 'ser');
  const [first, last] = [models[0], models.at(-1)];
  if (!first || !last) throw new Error(`${look.name} has no series`);
  const series = chart.series.map((one, index) => {
    const model = models[index % models.length] ?? first;
    const contents: Readonly<Record<string, string>> = {
      idx: `<c:idx val="${index}"/>`,
      order: `<c:order val="${index}"/>`,
      tx: `<c:tx>${texts([one.name], one.nameRef, encode)}</c:tx>`,
      cat: `<c:cat>${texts(chart.labels, chart.labelsRef, encode)}</c:cat>`,
      val: `<c:val>${numbers(one.values, one.valuesRef, one.format, encode)}</c:val>`,
    };
    return replaceElements(look, model, contents);
  });
  const title = findTag(look, 'title');
  const words = title && findTag(look, 't', title.end, elementEnd(look.masked, title));
  const legend = chart.series.length > 1 ? null : findTag(look, 'legend');
  const source = splice(look, [
    ...(words
      ? [{ tag: words, text: `<${words.name}>${encode(chart.title)}</${words.name}>`, until: words }]
      : []),
    { tag: first, text: series.join(''), until: last },
    ...(legend ? [{ tag: legend, text: '', until: legend }] : []),
  ]);
  return Buffer.from(source, 'latin1');
}

/** The element with some of its children replaced, by name. */
function replaceElements(part: XmlPart, parent: Tag, contents: Readonly<Record<string, string>>): string {
  const end = elementEnd(part.masked, parent);
  const edits = Object.entries(contents).map(([name, text]) => {
    const tag = findTag(part, name, parent.end, end);
    if (!tag) throw new Error(`${part.name}: a series without ${name}`);
    return { tag, text, until: tag };
  });
  return splice(part, edits, parent.start, end);
}

function splice(
  part: XmlPart,
  edits: readonly { readonly tag: Tag; readonly until: Tag; readonly text: string }[],
  from = 0,
  to = part.source.length,
): string {
  let done = from;
  const pieces = [...edits]
    .sort((a, b) => a.tag.start - b.tag.start)
    .map(({ tag, until, text }) => {
      const piece = part.source.slice(done, tag.start) + text;
      done = elementEnd(part.masked, until);
      return piece;
    });
  return pieces.join('') + part.source.slice(done, to);
}

function texts(values: readonly string[], ref: string, encode: (text: string) => string): string {
  const points = values.map((text, index) => `<c:pt idx="${index}"><c:v>${encode(text)}</c:v></c:pt>`);
  return `<c:strRef><c:f>${encode(ref)}</c:f><c:strCache><c:ptCount val="${values.length}"/>${points.join('')}</c:strCache></c:strRef>`;
}

/** What is not known is no point: a gap. */
function numbers(
  values: readonly (number | null)[],
  ref: string,
  format: string,
  encode: (text: string) => string,
): string {
  const points = values.map((value, index) =>
    value === null ? '' : `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`,
  );
  return `<c:numRef><c:f>${encode(ref)}</c:f><c:numCache><c:formatCode>${encode(format)}</c:formatCode><c:ptCount val="${values.length}"/>${points.join('')}</c:numCache></c:numRef>`;
}
