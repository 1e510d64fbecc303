/**
 * The table of generated names: what runtimes and libraries number or draw by lot, so that one call path would be a new
 * one in every process. A rule says where such a part stands; it is left out, nothing else of a name changes.
 * `normaliseName` applies the rules, docs/generated-names.md shows them.
 */

export type Characters =
  | 'digit'
  | 'hexadecimal'
  | 'letter'
  | 'letter or digit'
  /** Letters and digits that are no word: after the first one not all are lower case. */
  | 'random'
  | 'lower case, digit or _'
  | 'separator'

/** Text as it stands, or so many characters of a kind, as many as there are. A separator is one of `/`, `.` and `+`. */
export type Part = string | { readonly of: Characters; readonly min: number; readonly max: number }

export interface NameRule {
  /** Whose names these are. */
  readonly source: string
  /** What must stand before: nothing or `.`, `/`, `:`; or a letter or digit. Null: anything. */
  readonly before: 'start' | 'letter or digit' | null
  /** Stays. */
  readonly keep: readonly Part[]
  /**
   * Goes: the first of these that fits and is not followed by a letter, digit, `_` or a character beyond ASCII; as often
   * as one does.
   */
  readonly drop: readonly (readonly Part[])[]
  /** A name, and what becomes of it. */
  readonly examples: readonly (readonly [from: string, to: string])[]
}

const digits = some('digit', 1, 24)
const address = some('hexadecimal', 8, 16)
const separator = some('separator', 1, 1)
/** ByteBuddy's `RandomString`. */
const random = some('random', 8, 8)

function some(of: Characters, min: number, max: number): Part {
  return { of, min, max }
}

/** Rules of one kind for several names. */
function each(keeps: readonly string[], rule: Omit<NameRule, 'keep'>): NameRule[] {
  return keeps.map((keep) => ({
    ...rule,
    keep: [keep],
    examples: rule.examples.filter(([from]) => from.includes(keep)),
  }))
}

export const nameRules: readonly NameRule[] = [
  {
    source: 'Java lambdas',
    before: null,
    keep: ['$$Lambda'],
    drop: [
      ['$', digits, separator, '0x', address],
      ['$', digits, separator, digits],
      ['$', digits],
      [separator, '0x', address],
      ['$x', address],
    ],
    examples: [
      ['com.shop.Cart$$Lambda$14/0x0000000800c0a440.apply', 'com.shop.Cart$$Lambda.apply'],
      ['com.shop.Cart$$Lambda/0x0000000800c0a440:apply', 'com.shop.Cart$$Lambda:apply'],
      ['com.shop.Cart$$Lambda$887.1827771163.apply', 'com.shop.Cart$$Lambda.apply'],
      ['com.shop.Cart$$Lambda$x00007fd5410e0c68.apply', 'com.shop.Cart$$Lambda.apply'],
    ],
  },
  {
    source: 'Java method handles',
    before: 'start',
    keep: ['LambdaForm$', some('letter', 1, 32)],
    drop: [[separator, '0x', address], [separator, digits], [digits]],
    examples: [
      ['java.lang.invoke.LambdaForm$MH/0x0000000800c3000.invoke', 'java.lang.invoke.LambdaForm$MH.invoke'],
      [
        'java.lang.invoke.LambdaForm$DMH/603742814.invokeStatic',
        'java.lang.invoke.LambdaForm$DMH.invokeStatic',
      ],
    ],
  },
  {
    source: 'Java hidden classes',
    before: 'letter or digit',
    keep: [],
    drop: [[separator, '0x', some('hexadecimal', 16, 16)]],
    examples: [
      ['com.shop.Template/0x00007f3c1c0b5800.render', 'com.shop.Template.render'],
      ['com.shop.Template+0x00007f3c1c0b5800.render', 'com.shop.Template.render'],
    ],
  },
  {
    source: 'Java dynamic proxies',
    before: 'start',
    keep: ['$Proxy'],
    drop: [[digits]],
    examples: [['com.sun.proxy.$Proxy12.save', 'com.sun.proxy.$Proxy.save']],
  },
  {
    source: 'Java dynamic proxies, their packages',
    before: 'start',
    keep: ['jdk', separator, 'proxy'],
    drop: [[digits]],
    examples: [['jdk.proxy2.$Proxy124.save', 'jdk.proxy.$Proxy.save']],
  },
  ...each(
    ['GeneratedMethodAccessor', 'GeneratedConstructorAccessor', 'GeneratedSerializationConstructorAccessor'],
    {
      source: 'Java reflection',
      before: 'start',
      drop: [[digits]],
      examples: [
        [
          'jdk.internal.reflect.GeneratedMethodAccessor31.invoke',
          'jdk.internal.reflect.GeneratedMethodAccessor.invoke',
        ],
        [
          'sun.reflect.GeneratedConstructorAccessor7.newInstance',
          'sun.reflect.GeneratedConstructorAccessor.newInstance',
        ],
        [
          'sun.reflect.GeneratedSerializationConstructorAccessor15115.newInstance',
          'sun.reflect.GeneratedSerializationConstructorAccessor.newInstance',
        ],
      ],
    },
  ),
  ...each(['CGLIB$$FastClass', 'CGLIB', 'ByGuice'], {
    source: 'CGLIB: Spring, Guice',
    before: 'letter or digit',
    drop: [
      ['$$', some('hexadecimal', 1, 8)],
      ['$$', some('hexadecimal', 1, 8), '_', digits],
    ],
    examples: [
      [
        'com.shop.Orders$$EnhancerBySpringCGLIB$$1a2b3c4d.find',
        'com.shop.Orders$$EnhancerBySpringCGLIB.find',
      ],
      [
        'com.shop.Orders$$FastClassBySpringCGLIB$$a90af92f.invoke',
        'com.shop.Orders$$FastClassBySpringCGLIB.invoke',
      ],
      ['com.shop.Orders$$SpringCGLIB$$0.find', 'com.shop.Orders$$SpringCGLIB.find'],
      ['com.shop.Orders$$SpringCGLIB$$FastClass$$1.invoke', 'com.shop.Orders$$SpringCGLIB$$FastClass.invoke'],
      ['com.shop.Orders$$EnhancerByGuice$$49ed77ce.find', 'com.shop.Orders$$EnhancerByGuice.find'],
    ],
  }),
  ...each(
    [
      '$ByteBuddy',
      '$HibernateProxy',
      '$HibernateBasicProxy',
      '$MockitoMock',
      '$auxiliary',
      '$original',
      '$accessor',
    ],
    {
      source: 'ByteBuddy: Hibernate, Mockito, SkyWalking',
      before: 'letter or digit',
      drop: [
        ['$', random],
        ['$', digits],
      ],
      examples: [
        ['com.shop.Order$ByteBuddy$rAVJIIcH.id', 'com.shop.Order$ByteBuddy.id'],
        ['com.shop.Order$HibernateProxy$mFw53v4i.id', 'com.shop.Order$HibernateProxy.id'],
        ['com.shop.Order$HibernateBasicProxy$mFw53v4i.id', 'com.shop.Order$HibernateBasicProxy.id'],
        ['com.shop.Order$MockitoMock$842867028.id', 'com.shop.Order$MockitoMock.id'],
        ['com.shop.Valve$auxiliary$d1bv3ZEZ.call', 'com.shop.Valve$auxiliary.call'],
        [
          'com.shop.Valve.invoke$original$inSXAupr$accessor$q6pau3K2',
          'com.shop.Valve.invoke$original$accessor',
        ],
      ],
    },
  ),
  {
    source: 'Javassist',
    before: 'letter or digit',
    keep: ['_$$_jvst'],
    drop: [[some('hexadecimal', 3, 3), '_', some('hexadecimal', 1, 8)]],
    examples: [['com.shop.Order_$$_jvst38e_0.id', 'com.shop.Order_$$_jvst.id']],
  },
  {
    source: 'Javassist, before 3.20',
    before: 'letter or digit',
    keep: ['_$$_javassist'],
    drop: [['_', digits]],
    examples: [['com.shop.Order_$$_javassist_123.id', 'com.shop.Order_$$_javassist.id']],
  },
  {
    source: 'Spark',
    before: null,
    keep: ['GeneratedIteratorForCodegenStage'],
    drop: [[digits]],
    examples: [
      [
        'org.apache.spark.sql.catalyst.expressions.GeneratedClass$GeneratedIteratorForCodegenStage12.processNext',
        'org.apache.spark.sql.catalyst.expressions.GeneratedClass$GeneratedIteratorForCodegenStage.processNext',
      ],
    ],
  },
  {
    source: 'MVEL',
    before: 'start',
    keep: ['ASMAccessorImpl'],
    drop: [
      ['_', digits],
      ['__', digits],
    ],
    examples: [['ASMAccessorImpl_7283646071400143218390.getValue', 'ASMAccessorImpl.getValue']],
  },
  {
    source: 'IPython cells',
    before: 'start',
    keep: ['<ipython-input'],
    drop: [['-', digits, '-', some('hexadecimal', 12, 12)]],
    examples: [['<ipython-input-91-4de91012caf3>:train', '<ipython-input>:train']],
  },
  {
    source: 'Jupyter kernels',
    before: 'start',
    keep: ['ipykernel'],
    drop: [['_', digits]],
    examples: [['tmp.ipykernel_4244.544972443:train', 'tmp.ipykernel.544972443:train']],
  },
  {
    source: 'TensorFlow AutoGraph',
    before: 'start',
    keep: ['__autograph_generated_file'],
    drop: [[some('lower case, digit or _', 8, 8)]],
    examples: [
      ['tmp.__autograph_generated_file9c_zt5by:tf__train', 'tmp.__autograph_generated_file:tf__train'],
    ],
  },
]
