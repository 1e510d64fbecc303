/** A page of somebody else cannot put the console into a frame, and make people click there unawares. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serverCertificate, startBrowser } from '../support/browser.ts'
import { startWick, temporaryDirectory } from '../support/wick.ts'

test("threat 19: in a frame on another site's page the browser shows nothing of the console", async (t) => {
  const wick = await startWick({ directory: await temporaryDirectory(t) })
  t.after(() => wick.stop())
  const other = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/html')
    const frames = ['/inner', `${wick.url}/console/`, `${wick.url}/`].map(
      (src) => `<iframe src="${src}"></iframe>`,
    )
    response.end(url === '/inner' ? 'mine' : frames.join(''))
  })
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
  t.after(() => void other.close())
  const browser = await startBrowser(await serverCertificate(wick.directory))
  t.after(() => browser.close())

  const page = await browser.newPage()
  const refusals: string[] = []
  page.on('console', (message) => refusals.push(message.text()))
  await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`)
  const [, mine, ...framed] = page.frames()
  assert.equal(await mine!.locator('body').textContent(), 'mine', 'what may be framed is framed')
  assert.equal(framed.length, 2)
  for (const frame of framed) {
    assert.match(frame.url(), /^chrome-error:/)
    assert.equal(await frame.locator('script[src*="assets"]').count(), 0)
  }
  assert.equal(
    refusals.filter((text) => text.includes("frame-ancestors 'none'")).length,
    2,
    refusals.join('\n'),
  )
})
