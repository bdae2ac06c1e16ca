// Reduces a picture before it is sent. The server keeps a shorter side of 512. A little less than twice that loses nothing that
// can be seen: from exactly twice, the server's JPEG decoder would halve by itself, which is coarser (35 dB instead of 41).
import { dressedJpeg } from "./jpeg.js"
import { dressedPng } from "./png.js"

const SIDE = 1020
const SMALL_BYTES = 128 * 1024
const STRIP = 256
const QUALITY = 0.92
const TYPES = { JPEG: "image/jpeg", PNG: "image/png", WebP: "image/webp", BMP: "image/bmp" }

// Returns the reduced file, or undefined where the file is best sent as it is.
export async function shrunk(file, head, longest) {
  if (!head?.plain || file.size < SMALL_BYTES || Math.min(head.width, head.height) <= SIDE) return undefined
  try {
    return await Promise.race([reduce(file, head), new Promise((resolve) => setTimeout(resolve, longest))])
  } catch {
    return undefined // not every browser decodes every format: the server does
  }
}

async function reduce(file, head) {
  if (!readsBack()) return undefined
  const bare = await new Blob(head.bare).arrayBuffer() // in one part: Firefox tells a WebP by its first part alone
  const whole = await createImageBitmap(new Blob([bare], { type: TYPES[head.kind] }))
  if (whole.width !== head.width || whole.height !== head.height) return undefined
  const scale = SIDE / Math.min(head.width, head.height)
  const [width, height] = [head.width, head.height].map((side) => Math.round(side * scale))
  const alpha = head.alpha && isTransparent(whole)
  const small = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" })
  whole.close()
  const canvas = drawn(small)
  small.close()
  if (!alpha) makeOpaque(canvas)
  const exact = head.exact || alpha
  const blob = await canvas.convertToBlob({ type: exact ? "image/png" : "image/jpeg", quality: QUALITY })
  const dressed = await (exact ? dressedPng(blob, head) : dressedJpeg(blob, head))
  return dressed.size < file.size ? dressed : undefined
}

function drawn(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(bitmap, 0, 0)
  return canvas
}

// Asked of the picture as it is, since some browsers make the edges of a reduced one transparent.
function isTransparent(bitmap) {
  const context = new OffscreenCanvas(bitmap.width, STRIP).getContext("2d", { willReadFrequently: true })
  for (let top = 0; top < bitmap.height; top += STRIP) {
    const rows = Math.min(STRIP, bitmap.height - top)
    context.clearRect(0, 0, bitmap.width, STRIP)
    context.drawImage(bitmap, 0, -top)
    const { data } = context.getImageData(0, 0, bitmap.width, rows)
    for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return true
  }
  return false
}

function makeOpaque(canvas) {
  const context = canvas.getContext("2d")
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255
  context.putImageData(pixels, 0, 0)
}

// Some browsers add noise to what a page reads from a canvas, so that it cannot be recognised; a picture must not get it.
function readsBack() {
  const context = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true })
  const given = context.createImageData(16, 16)
  for (let i = 0; i < given.data.length; i++) given.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256
  context.putImageData(given, 0, 0)
  return context.getImageData(0, 0, 16, 16).data.every((value, i) => value === given.data[i])
}
