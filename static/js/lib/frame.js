// Makes the frame that is sent: the live picture at the size of the working image, in a file that `POST /live` takes.
const MOST_BYTES = 64 * 1024
const QUALITIES = [0.8, 0.65, 0.5, 0.35, 0.2]

// `settings` have the size and the fit, as attributes do. What the server would cut off is not sent; what it would fill up is left to it.
export async function frameOf({ picture, isMirrored, isLossless }, settings) {
  const { size, fit } = { ...settings, size: Number(settings.size) }
  const [width, height] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height]
  const canvas = new OffscreenCanvas(...(fit === "pad" ? contained(width, height, size) : [size, size]))
  const side = Math.min(width, height)
  const source = fit === "crop" ? [(width - side) / 2, (height - side) / 2, side, side] : [0, 0, width, height]
  const context = canvas.getContext("2d")
  context.imageSmoothingQuality = "high"
  if (isMirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0)
  context.drawImage(picture, ...source, 0, 0, canvas.width, canvas.height)
  return file(canvas, isLossless)
}

async function file(canvas, isLossless) {
  if (isLossless) {
    const exact = await canvas.convertToBlob({ type: "image/png" })
    if (exact.size <= MOST_BYTES) return exact
  }
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality })
    if (blob.size <= MOST_BYTES) return blob
  }
  return undefined
}

function contained(width, height, size) {
  const scale = size / Math.max(width, height)
  return [width, height].map((side) => Math.max(1, Math.round(side * scale)))
}
