// Reads the answer to a live frame, as app/web/pages/live.py describes it: a head in JSON, then the pictures that it lists.
const LENGTH_BYTES = 4

// `colours` are those of the grey levels of the pictures, as 256 times rrggbb.
export async function readAnswer(bytes, colours) {
  const length = new DataView(bytes).getUint32(0)
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, LENGTH_BYTES, length)))
  const table = tableOf(colours)
  let start = LENGTH_BYTES + length
  const decoding = head.pictures.map((picture) => {
    const file = new Blob([new Uint8Array(bytes, start, picture.length)], { type: "image/jpeg" })
    start += picture.length
    return createImageBitmap(file).then((bitmap) => ({ ...picture, sheet: coloured(bitmap, table) }))
  })
  return { ...head, pictures: await Promise.all(decoding) }
}

// Where a tile lies in its sheet: [x, y, width, height].
export function boxOf({ columns, tile: [width, height], edge }, index) {
  const [column, row] = [index % columns, Math.floor(index / columns)]
  return [column * (width + 2 * edge) + edge, row * (height + 2 * edge) + edge, width, height]
}

function coloured(bitmap, table) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const image = context.getImageData(0, 0, canvas.width, canvas.height)
  const pixels = new Uint32Array(image.data.buffer)
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[image.data[4 * i]]
  return image
}

// Each colour as the four bytes of its pixel, in the order that this machine has them.
let known
let tables

function tableOf(colours) {
  if (colours === known) return tables
  const bytes = new Uint8ClampedArray(4 * 256)
  for (let level = 0; level < 256; level++) {
    const code = Number.parseInt(colours.slice(6 * level, 6 * level + 6), 16)
    bytes.set([code >> 16, (code >> 8) & 255, code & 255, 255], 4 * level)
  }
  known = colours
  tables = new Uint32Array(bytes.buffer)
  return tables
}
