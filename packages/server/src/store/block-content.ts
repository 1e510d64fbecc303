import { Scratch } from '@wick/profile'
import { decodeAttributes, decodePlainAttributes, decodeSums } from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import type { EpochSums } from './epoch-sums.ts'
import type { AttributeNews, SparseVector } from './record-content.ts'
import type { SealedFile } from './sealed-file.ts'

/** What a block adds to a sum, decoded: sums and attributes in the numbers of its day's epoch. */
export interface BlockContent {
  readonly vectors: readonly SparseVector[]
  /** Null where it says nothing of any node. */
  readonly attributes: AttributeNews | null
  /** Held in memory. */
  readonly byteLength: number
}

/** @param scratch what the result is in. @throws SealedFileDamaged, PayloadError */
export async function readBlockContent(
  file: SealedFile,
  epoch: Epoch,
  scratch = new Scratch(),
): Promise<BlockContent> {
  const sums = await file.section('sums')
  const vectors = sums === null ? [] : decodeSums(sums, epoch, scratch)
  return weighed(vectors, await readAttributes(file, epoch, scratch))
}

/** What was added up, as if one block said it. */
export function contentOf(sums: EpochSums): BlockContent {
  return weighed(sums.vectors(), sums.attributes.news())
}

function weighed(vectors: readonly SparseVector[], attributes: AttributeNews | null): BlockContent {
  let byteLength = 256 + (attributes?.node.length ?? 0) * 16
  for (const { nodes } of vectors) byteLength += 64 + nodes.length * 12
  return { vectors, attributes, byteLength }
}

/** Of a block of any age. @throws SealedFileDamaged, PayloadError */
async function readAttributes(
  file: SealedFile,
  epoch: Epoch,
  scratch: Scratch,
): Promise<AttributeNews | null> {
  const section = await file.section('attributes')
  if (section !== null) return decodeAttributes(section, epoch, scratch)
  const plain = await file.section('plainAttributes')
  return plain === null ? null : decodePlainAttributes(plain, epoch)
}

export function addContent({ vectors, attributes }: BlockContent, sums: EpochSums): void {
  for (const vector of vectors) sums.addSamples(vector)
  if (attributes !== null) sums.attributes.learnAll(attributes)
}
