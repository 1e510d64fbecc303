/** A server that cannot start, in words for the person who started it: what is wrong, and what to do. */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}

/** Another server has the directory. */
export class DirectoryInUse extends StartupError {}
