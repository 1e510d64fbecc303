/** Addresses are parsed by the old parser, which is written in JavaScript. */
import { parse } from 'node:url'
import { hasProblem, repeat } from './support/load.mjs'

process.noDeprecation = true
const addresses = Array.from(
  { length: 100 },
  (_, i) => `https://shop.example.com/orders/${i}?page=${i}&sort=price#top`,
)

await repeat(
  hasProblem
    ? () => addresses.map((address) => parse(address).pathname)
    : () => addresses.map((address) => address.slice(24, address.indexOf('?'))),
)
