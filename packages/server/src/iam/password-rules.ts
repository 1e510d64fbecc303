const [shortest, longest] = [12, 128]

/** What is wrong with a new password; null where nothing is. Length is what counts: no rules about kinds of characters. */
export function passwordProblem(password: string, userName: string): string | null {
  const { length } = [...password]
  if (length < shortest) return `The password must have at least ${shortest} characters.`
  if (length > longest) return `The password must have at most ${longest} characters.`
  if (password.toLowerCase().includes(userName.toLowerCase()))
    return 'The password must not contain the user name.'
  return new Set(password).size < 5 ? 'The password must have at least five different characters.' : null
}
