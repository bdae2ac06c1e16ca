// Reduces a photograph before it is sent. The server keeps a shorter side of 512. A little less than twice that loses nothing that
// can be seen: from exactly twice, the server's JPEG decoder would halve by itself, which is coarser (35 dB instead of 41).
const SIDE = 1020
const SMALL_BYTES = 128 * 1024
const LONGEST_MS = 5000
const QUALITY = 0.92
const LOSSLESS = ["image/png", "image/gif", "image/bmp"]
const PHOTOGRAPHS = ["image/jpeg", "image/webp", "image/avif", "image/heic", "image/heif"]

// Returns { blob, from, to } with sizes as [width, height], or undefined where the file is best sent as it is.
export async function shrunk(file) {
  if (file.size < SMALL_BYTES || ![...LOSSLESS, ...PHOTOGRAPHS].includes(file.type)) return undefined
  try {
    return await Promise.race([reduce(file), new Promise((resolve) => setTimeout(resolve, LONGEST_MS))])
  } catch {
    return undefined // not every browser decodes every format: the server does
  }
}

async function reduce(file) {
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" })
  const from = [whole.width, whole.height]
  const scale = SIDE / Math.min(...from)
  if (scale >= 1 || !readsBack()) return undefined
  const to = from.map((side) => Math.round(side * scale))
  const small = await createImageBitmap(whole, { resizeWidth: to[0], resizeHeight: to[1], resizeQuality: "high" })
  whole.close()
  const canvas = drawn(small)
  small.close()
  const exact = LOSSLESS.includes(file.type) || (file.type !== "image/jpeg" && isTransparent(canvas))
  const blob = await canvas.convertToBlob({ type: exact ? "image/png" : "image/jpeg", quality: QUALITY })
  return blob.size < file.size ? { blob, from, to } : undefined
}

function drawn(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(bitmap, 0, 0)
  return canvas
}

function isTransparent(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return true
  return false
}

// Some browsers add noise to what a page reads from a canvas, so that it cannot be recognised; a picture must not get it.
function readsBack() {
  const context = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true })
  const given = context.createImageData(16, 16)
  for (let i = 0; i < given.data.length; i++) given.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256
  context.putImageData(given, 0, 0)
  return context.getImageData(0, 0, 16, 16).data.every((value, i) => value === given.data[i])
}
