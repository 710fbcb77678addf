import { expect } from 'vitest';
import { makeEverything } from '../fidelity/everything.ts';
import { readEntries } from '../xlsx/compare.ts';
import { makeZip } from '../xlsx/make-zip.ts';

export const CUSTOMER = '北岭样板食品厂';
export const PHONE = '13800000002';

/** The book of the fidelity campaign; comments, pivot cache and chart of it name the person too. */
export function nameEverywhere(): Buffer {
  const parts = new Map(readEntries(makeEverything()).map(({ name, content }) => [name, content]));
  const change = (name: string, from: string, to: string) => {
    const text = parts.get(name)?.toString('utf8') ?? '';
    expect(text).toContain(from);
    parts.set(name, Buffer.from(text.replace(from, to)));
  };
  change('xl/comments1.xml', '老板的同学介绍', `${CUSTOMER}老板的同学介绍`);
  change(
    'xl/comments1.xml',
    '</commentList>',
    `<comment ref="C4" authorId="0"><text><t>别处</t></text></comment></commentList>`,
  );
  change('xl/threadedComments/threadedComment1.xml', 'ref="I4"', 'ref="I3"');
  change('xl/threadedComments/threadedComment1.xml', '请补付款方式', `@王芳 打 ${PHONE} 催`);
  change(
    'xl/threadedComments/threadedComment1.xml',
    '</text>',
    '</text><mentions><mention mentionpersonId="{B}" mentionId="{C}" startIndex="0" length="3"/></mentions>',
  );
  change(
    'xl/pivotCache/pivotCacheDefinition1.xml',
    '<s v="张敏"/>',
    `<s v="张敏"/><s v="${CUSTOMER}"/><s v="${CUSTOMER}（老客户）"/><n v="${PHONE}"/>`,
  );
  change('xl/pivotCache/pivotCacheDefinition1.xml', 'maxValue="320000"', `maxValue="${PHONE}"`);
  change('xl/pivotCache/pivotCacheRecords1.xml', '<r><n v="80000"/>', `<r><s v="${PHONE}"/>`);
  change(
    'xl/charts/chart1.xml',
    '</c:f></c:strRef>',
    `</c:f><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>澄江</c:v></c:pt><c:pt idx="1"><c:v>${CUSTOMER}</c:v></c:pt></c:strCache></c:strRef>`,
  );
  return makeZip([...parts].map(([name, content]) => ({ name, content })));
}
