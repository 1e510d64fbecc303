import { Painter } from './paint.ts'
import { makePalette, type Theme } from './palette.ts'
import { fileRowHeight, fileRows, fileWidth, type WholePicture } from './whole-picture.ts'

/** Dots for each CSS pixel: readable on paper and in slides. */
const density = 2

/** The whole picture as PNG. */
export async function paintWhole(picture: WholePicture, theme: Theme): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = fileWidth * density
  canvas.height = fileRows(picture) * fileRowHeight * density
  new Painter(canvas).paint({
    ...picture,
    palette: makePalette(theme),
    scrollTop: 0,
    rowHeight: fileRowHeight * density,
    devicePixelRatio: density,
  })
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the browser made no image of it'))
      else resolve(blob)
    }, 'image/png'),
  )
}
