// What a WebP states about itself (RFC 9649), and its picture without those statements.
import { ascii, orientation } from "./exif.js"
import { profileSegments } from "./jpeg.js"

const ALPHA = 0x10
const ANIMATED = 0x02

export function readWebp(bytes) {
  const parts = new Map()
  for (const part of chunks(bytes)) if (!parts.has(part.name)) parts.set(part.name, part)
  const [extended, lossy, lossless] = ["VP8X", "VP8 ", "VP8L"].map((name) => parts.get(name)?.body)
  const size = extended ? sizeOf(extended) : lossless ? losslessSize(lossless) : lossy && lossySize(lossy)
  if (!size) return undefined
  const alpha = Boolean(extended && extended[0] & ALPHA) || Boolean(lossless && lossless[4] & ALPHA) || parts.has("ALPH")
  const profile = parts.get("ICCP")?.body
  // A transparent picture becomes a PNG, into which a profile does not go as it is.
  const plain = Boolean(lossy || lossless) && !(extended && extended[0] & ANIMATED) && !(alpha && profile)
  return {
    ...{ kind: "WebP", ...size, alpha, plain, exact: false, notes: [] },
    ...{ turn: orientation(exifOf(parts)), segments: profile ? profileSegments(profile) : [] },
    bare: bare([...parts.values()]),
  }
}

function* chunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let place = 12; place + 8 <= bytes.length; ) {
    const end = place + 8 + view.getUint32(place + 4, true)
    if (end > bytes.length) return
    yield { name: ascii(bytes, place, place + 4), body: bytes.subarray(place + 8, end) }
    place = end + (end % 2)
  }
}

// Some programs write the mark of a JPEG in front of the block.
function exifOf(parts) {
  const body = parts.get("EXIF")?.body ?? new Uint8Array()
  return ascii(body, 0, 6) === "Exif\0\0" ? body.subarray(6) : body
}

function sizeOf(extended) {
  const number = (place) => extended[place] + extended[place + 1] * 256 + extended[place + 2] * 65_536 + 1
  return { width: number(4), height: number(7) }
}

function losslessSize(body) {
  const bits = new DataView(body.buffer, body.byteOffset).getUint32(1, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

function lossySize(body) {
  const view = new DataView(body.buffer, body.byteOffset)
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff }
}

function bare(parts) {
  const kept = parts.filter(({ name }) => ["VP8X", "ALPH", "VP8 ", "VP8L"].includes(name)).flatMap(chunk)
  const size = kept.reduce((sum, part) => sum + part.length, 4)
  return [head("RIFF", size), Uint8Array.from([...text("WEBP")]), ...kept]
}

function chunk({ name, body }) {
  const shown = name === "VP8X" ? Uint8Array.from([body[0] & ALPHA, ...body.subarray(1)]) : body
  return [head(name, body.length), shown, new Uint8Array(body.length % 2)]
}

function head(name, size) {
  const bytes = Uint8Array.from([...text(name), 0, 0, 0, 0])
  new DataView(bytes.buffer).setUint32(4, size, true)
  return bytes
}

function text(letters) {
  return [...letters].map((letter) => letter.charCodeAt(0))
}
