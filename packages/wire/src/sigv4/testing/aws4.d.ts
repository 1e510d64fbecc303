/** The part of aws4 that tests use. */
declare module 'aws4' {
  interface Aws4Request {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Buffer
    readonly region: string
    readonly service: string
  }
  const library: {
    sign(
      request: Aws4Request,
      credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
    ): { readonly headers: Readonly<Record<string, string | number>> }
  }
  export default library
}
