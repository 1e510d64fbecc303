import type { Send } from './news.ts'
import { isReceiver } from './receiver-sender.ts'

/** Each target by what tells it. */
export function newsSender({ topics, receivers }: { readonly topics: Send; readonly receivers: Send }): Send {
  return (target, news) => (isReceiver(target) ? receivers : topics)(target, news)
}
