const mebibyte = 1024 * 1024

/** Memory for the stores of tests. */
export const smallShares = {
  dictionaries: 64 * mebibyte,
  queue: 8 * mebibyte,
  views: 8 * mebibyte,
  dayEpochs: 8 * mebibyte,
  groupEpochs: 8 * mebibyte,
  blocks: 8 * mebibyte,
  series: 8 * mebibyte,
  reports: 8 * mebibyte,
  tokenLists: 8 * mebibyte,
}
