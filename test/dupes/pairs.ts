/** One of two rows of the seeded set. */
export interface PairRow {
  readonly customer: string;
  readonly tags: string;
  readonly phone: string;
  readonly stage?: string;
  /** The first row of the pair is named in 关联商机. */
  readonly linked?: boolean;
}

export interface Pair {
  readonly kind: string;
  readonly rows: readonly [PairRow, PairRow];
  readonly isDuplicate: boolean;
}

interface Kind {
  readonly kind: string;
  readonly count: number;
  readonly isDuplicate: boolean;
  /** Why `dupes` judges these wrongly, and why that is left so; absent: it judges them right. */
  readonly miss?: string;
  make(seed: Seed): readonly [Partial<PairRow>, Partial<PairRow>];
}

/** What is only in one pair: nothing else may join two of them. */
interface Seed {
  readonly index: number;
  /** Two characters that no other pair has. */
  readonly brand: string;
  /** `brand` in Latin letters. */
  readonly latin: string;
  readonly city: string;
  readonly otherCity: string;
  readonly phone: string;
  readonly otherPhone: string;
}

const FIRST = '启恒睿博盛远宏嘉凯鼎锐朗';
const SECOND = '源达讯泰元洲航和成邦腾川卓梵岚琪硕';
const CITIES = ['上海', '北京', '苏州', '杭州', '深圳', '成都', '武汉', '青岛'];

/** The kinds of pairs as they come up in tables of people, with how many of each: 200 in all. */
export const KINDS: readonly Kind[] = [
  {
    kind: 'another legal form',
    count: 20,
    isDuplicate: true,
    make: ({ brand }) => [
      { customer: `${brand}精密有限公司` },
      { customer: `${brand}精密（集团）股份有限公司` },
    ],
  },
  {
    kind: 'with and without its region',
    count: 20,
    isDuplicate: true,
    make: ({ brand, city, index }) => [
      { customer: `${city}${index % 2 === 0 ? '市' : ''}${brand}精密有限公司` },
      { customer: index % 3 === 0 ? `${brand}精密（${city}）有限公司` : `${brand}精密` },
    ],
  },
  {
    kind: 'width, spaces, punctuation, case',
    count: 12,
    isDuplicate: true,
    make: ({ brand, latin }) => [
      { customer: `${latin}·${brand}仪表` },
      { customer: `${latin.toUpperCase().replace(/[A-Z]/g, wide)} ${brand}-仪表 有限公司` },
    ],
  },
  {
    kind: 'one phone under a shop name',
    count: 14,
    isDuplicate: true,
    make: ({ brand, phone, index }) => [
      { customer: `${brand}纺织有限公司`, phone },
      { customer: `旺铺${index}号`, phone, tags: '询价' },
    ],
  },
  {
    kind: 'one phone, written otherwise, beside others',
    count: 10,
    isDuplicate: true,
    make: ({ brand, phone, otherPhone }) => [
      { customer: `${brand}化工`, phone },
      {
        customer: `小店${brand.slice(1)}${phone.slice(-3)}`,
        phone: `${otherPhone}、+86 ${phone.slice(0, 3)}-${phone.slice(3, 7)}-${phone.slice(7)}`,
      },
    ],
  },
  {
    kind: 'an English name, mail at one domain of its own',
    count: 14,
    isDuplicate: true,
    make: ({ brand, latin }) => [
      { customer: `${brand}阀门有限公司`, phone: `li@${latin}.com.cn` },
      { customer: `${latin} Valves Co., Ltd.`, phone: `wang@mail.${latin}.com.cn` },
    ],
  },
  {
    kind: 'one mail address',
    count: 6,
    isDuplicate: true,
    make: ({ brand, latin, index }) => [
      { customer: `${brand}电缆`, phone: `${latin}@qq.com` },
      { customer: `线缆经营部${index}`, phone: `${latin.toUpperCase()}@QQ.com`, tags: '询价' },
    ],
  },
  {
    kind: 'one says nothing of its need',
    count: 8,
    isDuplicate: true,
    make: ({ brand }) => [{ customer: `${brand}家居有限公司` }, { customer: `${brand}家居`, tags: '' }],
  },
  {
    kind: 'a slip of the pen in the name',
    count: 6,
    isDuplicate: true,
    miss: 'one other character is another company far more often than a slip (启源 and 启元 both exist); another phone and no mail: nothing else speaks for it',
    make: ({ brand }) => [
      { customer: `${brand}光学有限公司` },
      { customer: `${brand.slice(0, 1)}錯光学有限公司${brand.slice(1)}` },
    ],
  },
  {
    kind: 'an abbreviation only people know',
    count: 6,
    isDuplicate: true,
    miss: 'the short name has one distinctive character, and below two everything would be one (1.2: never below two)',
    make: ({ brand }) => [
      { customer: `${brand}精密仪表制造` },
      { customer: `${brand.slice(0, 1)}仪${brand.slice(1)}` },
    ],
  },
  {
    kind: 'an English name, mail open to all',
    count: 4,
    isDuplicate: true,
    miss: 'no character, phone or domain in common: only a person who knows both names can tell',
    make: ({ brand, latin }) => [
      { customer: `${brand}印刷有限公司`, phone: `${latin}1@gmail.com` },
      { customer: `${latin} Printing Ltd`, phone: `${latin}2@gmail.com` },
    ],
  },
  {
    kind: 'parallel: other needs of one customer',
    count: 20,
    isDuplicate: false,
    make: ({ brand }) => [{ customer: `${brand}物流有限公司` }, { customer: `${brand}物流`, tags: 'ERP' }],
  },
  {
    kind: 'told apart by the region alone',
    count: 8,
    isDuplicate: false,
    make: ({ index }) => {
      const word = ['银行', '证券', '设计院', '水务', '大学', '机场', '人民医院', '自来水'][index % 8] ?? '';
      return [{ customer: `上海${word}` }, { customer: `南京${word}` }];
    },
  },
  {
    kind: 'one brand in two trades',
    count: 14,
    isDuplicate: false,
    make: ({ brand }) => [{ customer: `${brand}精密有限公司` }, { customer: `${brand}食品有限公司` }],
  },
  {
    kind: 'mail open to all',
    count: 10,
    isDuplicate: false,
    make: ({ brand, latin, index }) => {
      const host = ['qq.com', '163.com', 'gmail.com', '126.com', 'outlook.com'][index % 5];
      return [
        { customer: `${brand}钢铁`, phone: `${latin}a@${host}` },
        { customer: `${brand.slice(1)}${brand.slice(0, 1)}贸易商社`, phone: `${latin}b@${host}` },
      ];
    },
  },
  {
    kind: 'a repurchase that names what it follows',
    count: 8,
    isDuplicate: false,
    make: ({ brand }) => [
      { customer: `${brand}乳业`, stage: '售后维护' },
      { customer: `${brand}乳业`, linked: true },
    ],
  },
  {
    kind: 'two firms of one group, other needs',
    count: 6,
    isDuplicate: false,
    make: ({ brand, latin }) => [
      { customer: `${brand}置地`, phone: `li@${latin}.cn` },
      { customer: `${brand}物业`, phone: `wang@${latin}.cn`, tags: '客服外包' },
    ],
  },
  {
    kind: 'one is lost already',
    count: 6,
    isDuplicate: false,
    make: ({ brand }) => [{ customer: `${brand}制衣`, stage: '已流失' }, { customer: `${brand}制衣` }],
  },
  {
    kind: 'one switchboard of a business park',
    count: 4,
    isDuplicate: false,
    miss: 'a landline shared by strangers looks like one shared by two entries of a firm; to miss the latter would cost more than a look at the former (score 0.6)',
    make: ({ brand, index }) => [
      { customer: `${brand}软件园一号`, phone: `021-6188${1000 + index}` },
      { customer: `${brand.slice(1)}${brand.slice(0, 1)}孵化器`, phone: `021-6188${1000 + index}` },
    ],
  },
  {
    kind: 'strangers of one name in two cities',
    count: 4,
    isDuplicate: false,
    miss: 'the region is no part of the name, since the same firm is written with and without it twenty times as often',
    make: ({ brand, city, otherCity }) => [
      { customer: `${city}${brand}包装有限公司` },
      { customer: `${otherCity}${brand}包装有限公司` },
    ],
  },
];

/** The same pairs each time. */
export function seededPairs(): readonly Pair[] {
  let index = 0;
  return KINDS.flatMap(({ kind, count, isDuplicate, make }) =>
    Array.from({ length: count }, (): Pair => {
      const seed = seedOf(index++);
      const [a, b] = make(seed);
      return {
        kind,
        isDuplicate,
        rows: [
          { customer: '', tags: 'CRM', phone: seed.phone, ...a },
          { customer: '', tags: 'CRM', phone: seed.otherPhone, ...b },
        ],
      };
    }),
  );
}

function seedOf(index: number): Seed {
  const brand = FIRST.charAt(index % FIRST.length) + SECOND.charAt(Math.floor(index / FIRST.length));
  return {
    index,
    brand,
    latin: `brand${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}`,
    city: CITIES[index % 8] ?? '',
    otherCity: CITIES[(index + 3) % 8] ?? '',
    phone: `138${30000000 + index}`,
    otherPhone: `137${40000000 + index}`,
  };
}

function wide(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 0xfee0);
}
