// What the first bytes and the header of a picture say. The only place that knows which pictures a browser can reduce without a change:
// those that have 8 bits, one frame, and a shape that a canvas keeps. What they state about turning and colours is taken off before a
// browser reads them, since browsers differ in what they follow, and is put on again after; so the server reads it in both.
import { ascii } from "./exif.js"
import { readHeif } from "./heif.js"
import { readJpeg } from "./jpeg.js"
import { readPng } from "./png.js"
import { readWebp } from "./webp.js"

const READERS = { JPEG: readJpeg, PNG: readPng, WebP: readWebp, GIF: readGif, BMP: readBmp, AVIF: (bytes) => readHeif("AVIF", bytes), HEIC: (bytes) => readHeif("HEIC", bytes) }
const BMP_HEADERS = [12, 40, 52, 56, 64, 108, 124]
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]

// The format that the first bytes announce, as on the server; undefined for any other file.
export function kindOf(bytes) {
  const text = ascii(bytes, 0, 256)
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "PNG"
  if (text.startsWith("\xff\xd8\xff")) return "JPEG"
  if (/^GIF8[79]a/.test(text)) return "GIF"
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "WebP"
  if (text.startsWith("BM") && bytes.length >= 18 && BMP_HEADERS.includes(viewOf(bytes).getUint32(14, true))) return "BMP"
  return text.slice(4, 8) === "ftyp" ? brandOf(text, viewOf(bytes).getUint32(0)) : undefined
}

// Returns undefined where the header is damaged.
export function headOf(kind, bytes) {
  try {
    return READERS[kind](bytes)
  } catch (error) {
    if (error instanceof RangeError) return undefined // it is cut off
    throw error
  }
}

function brandOf(text, length) {
  const brands = text.slice(8, Math.min(length, 256)).match(/.{4}/gs) ?? []
  brands.splice(1, 1) // a version
  if (brands.some((brand) => ["avif", "avis"].includes(brand))) return "AVIF"
  return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? "HEIC" : undefined
}

function readGif(bytes) {
  const view = viewOf(bytes)
  return { kind: "GIF", width: view.getUint16(6, true), height: view.getUint16(8, true), turn: 1, plain: false }
}

// Only the plainest of them: others have masks, runs or a profile.
function readBmp(bytes) {
  const view = viewOf(bytes)
  const size = view.getUint32(14, true)
  if (size === 12) return { kind: "BMP", width: view.getUint16(18, true), height: view.getUint16(20, true), turn: 1, plain: false }
  const plain = size === 40 && view.getUint16(28, true) === 24 && view.getUint32(30, true) === 0
  const shape = { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) }
  return { kind: "BMP", ...shape, turn: 1, plain, alpha: false, exact: true, notes: [], bare: [bytes] }
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
