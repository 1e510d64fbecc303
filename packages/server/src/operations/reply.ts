/** What an operation answers, before HTTP: its status is the operation's. */
export type Reply =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Compressed on the way out where the caller asks for it. */
  | { readonly kind: 'profile'; readonly contentType: string; readonly body: Uint8Array }
  /** To be saved under a name; never compressed on the way. */
  | {
      readonly kind: 'file'
      readonly contentType: string
      /** Letters, digits, `.`, `-` and `_`. */
      readonly fileName: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }
