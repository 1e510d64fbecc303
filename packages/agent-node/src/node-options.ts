/** What Node itself was told, in words: on the command line, then in NODE_OPTIONS. */
export function wordsOfNode(
  argv: readonly string[] = process.execArgv,
  options: string = process.env.NODE_OPTIONS ?? '',
): string[] {
  return [...argv, ...wordsOf(options)]
}

/** As Node reads NODE_OPTIONS: double quotes hold blanks, and a backslash in them whatever follows it. */
function wordsOf(options: string): string[] {
  const words = options.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, quoted: string) => quoted.replace(/\\(.)/g, '$1')),
  )
}
