/**
 * Writes receipts, wastefully: half of the time goes into making the same number format again and again. The function to
 * find is `formatPrice`.
 */
const basket = Array.from({ length: 40 }, (_, item) => ({
  name: `item ${item}`,
  price: 3.5 * item,
  count: item % 4,
}))

/** A format is made for each price; made once and kept it would cost next to nothing. */
function formatPrice(price) {
  return new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(price)
}

function writeReceipt(items) {
  const lines = items.map(({ name, price, count }) => `${name.padEnd(12)} ${formatPrice(price * count)}`)
  return lines.concat(formatPrice(total(items))).join('\n')
}

function total(items) {
  return items.reduce((sum, { price, count }) => sum + price * count, 0)
}

/** Works for some tenths of a second, then rests as long, so that it does not take a whole core. */
function serve() {
  const started = performance.now()
  while (performance.now() - started < 200) writeReceipt(basket)
  setTimeout(serve, 200)
}

serve()
