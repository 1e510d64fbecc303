/** Does so much work, however long that takes: forty orders, each of the same sums, with a wait between two. */
function priceOf(order) {
  let sum = 0
  for (let i = 0; i < 400_000; i++) sum = (sum * 31 + order + i) % 1_000_003
  return sum
}

for (let order = 1; order <= 40; order++) {
  console.log(order, priceOf(order))
  await new Promise((resolve) => setTimeout(resolve, 60))
}
console.log('all done')
process.exitCode = 7
