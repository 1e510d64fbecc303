/**
 * An operation that chooses steps by what is kept and then asks for them: done once more where that has become coarser
 * meanwhile, so that it chooses longer ones.
 */
export function againIfCoarser<A extends readonly unknown[], T>(
  operation: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  return async (...args) => {
    try {
      return await operation(...args)
    } catch (error) {
      // Errors cross threads as name and message.
      if (!(error instanceof Error && error.name === 'CoarserThanSteps')) throw error
      return operation(...args)
    }
  }
}
