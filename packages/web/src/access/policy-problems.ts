/** What the server finds wrong with a policy. */
export interface LineProblem {
  readonly line: number
  readonly reason: string
}

/**
 * `Syntax errors in policy: line 3: …; line 5: …`, taken apart.
 *
 * @returns none where it is about something else
 */
export function problemsIn({ code, message }: { code: string; message: string }): readonly LineProblem[] {
  if (code !== 'MalformedPolicyDocument') return []
  return message.split(/(?:^|[:;] )(?=line \d+: )/).flatMap((part) => {
    const [, line, reason] = /^line (\d+): (.*)$/s.exec(part) ?? []
    return line === undefined ? [] : [{ line: Number(line), reason: reason! }]
  })
}
